import type { EpochMs } from '../kernel/instant.ts';
import type {
  ConsentState,
  ContactPointState,
  RegisterResult,
} from '../ledger/contact-point-state.ts';
import { lifts } from './consent.ts';
import { statutoryBases, type Register } from './jurisdiction.ts';

/** A register that the law of a country has for a channel, with its period as an instant. */
export interface ApplicableRegister extends Omit<Register, 'channels' | 'recipients'> {
  /** A result from before is too old; null: it never is. */
  readonly staleBefore: EpochMs | null;
}

/** Something that a register has against a contact. */
export interface RegisterFinding {
  readonly kind: 'listed' | 'stale' | 'unchecked';
  readonly register: ApplicableRegister;
  readonly result: RegisterResult | null;
}

/** A listing in a register that no law names still shows that advertising is not wanted. */
const unknownRegister: Omit<ApplicableRegister, 'register'> = Object.freeze({
  required: false,
  bars: statutoryBases,
  consent: 'prevails',
  validDays: null,
  authority: 'Rec. 47 GDPR',
  staleBefore: null,
});

const NONE: readonly RegisterFinding[] = Object.freeze([]);

interface Facts {
  readonly state: ContactPointState;
  readonly others: readonly ContactPointState[];
}

/**
 * What the registers of one law say about a contact point. A listing counts wherever it was
 * found, for the address, its whole domain or another identifier of the person, and however old
 * it is; that somebody is not listed is known only of the contact point itself, and for a time.
 */
export function registerFindings(
  facts: Facts,
  registers: readonly ApplicableRegister[],
  known: ReadonlySet<string>,
): readonly RegisterFinding[] {
  const unknown = unknownListings(facts, known);
  if (registers.length === 0) return unknown;
  const findings = [...unknown];
  for (const register of registers) findings.push(...findingsIn(facts, register));
  return findings;
}

function findingsIn(facts: Facts, register: ApplicableRegister): readonly RegisterFinding[] {
  const own = facts.state.registers.find((result) => result.register === register.register);
  const listing = own?.listed === true ? own : listingIn(facts.others, register.register);
  const old = agedFinding(own, register);
  if (listing === null) return old === null ? NONE : [old];
  const listed: RegisterFinding = { kind: 'listed', register, result: listing };
  return old === null ? [listed] : [listed, old];
}

/** Where the law asks for a result: there is none of the contact point itself, or too old a one. */
function agedFinding(
  own: RegisterResult | undefined,
  register: ApplicableRegister,
): RegisterFinding | null {
  if (!register.required) return null;
  if (own === undefined) return { kind: 'unchecked', register, result: null };
  const { staleBefore } = register;
  const stale = staleBefore !== null && own.checkedAt < staleBefore;
  return stale ? { kind: 'stale', register, result: own } : null;
}

function listingIn(others: readonly ContactPointState[], register: string): RegisterResult | null {
  for (const { registers } of others) {
    const found = registers.find((result) => result.register === register && result.listed);
    if (found !== undefined) return found;
  }
  return null;
}

function unknownListings(facts: Facts, known: ReadonlySet<string>): readonly RegisterFinding[] {
  let findings = unknownListingsOf(facts.state, known);
  for (const other of facts.others) findings = [...findings, ...unknownListingsOf(other, known)];
  return findings;
}

function unknownListingsOf(
  { registers }: ContactPointState,
  known: ReadonlySet<string>,
): readonly RegisterFinding[] {
  let findings = NONE;
  for (const result of registers) {
    if (!result.listed || known.has(result.register)) continue;
    const register = { ...unknownRegister, register: result.register };
    findings = [...findings, { kind: 'listed', register, result }];
  }
  return findings;
}

/** Whether a valid consent stands in spite of a finding, as the register's law has it. */
export function standsAgainst(
  consent: ConsentState,
  { register, result, kind }: RegisterFinding,
  runningContract: boolean,
): boolean {
  if (register.consent === 'prevails') return true;
  if (register.contractKeepsConsent === true && runningContract) return true;
  if (register.consent === 'barred') return false;
  if (kind === 'listed') {
    return result !== null && lifts(consent, result.listedSince ?? result.checkedAt);
  }
  // A registration since the consent would have annulled it, and nobody has looked.
  return register.staleBefore !== null && lifts(consent, register.staleBefore);
}
