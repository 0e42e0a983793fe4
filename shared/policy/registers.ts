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
  return [...registers.flatMap((register) => findingsIn(facts, register)), ...unknown];
}

function findingsIn(facts: Facts, register: ApplicableRegister): readonly RegisterFinding[] {
  const findings: RegisterFinding[] = [];
  const own = facts.state.registers.find((result) => result.register === register.register);
  const results = [own, ...facts.others.map((other) => listingIn(other, register.register))];
  const listing = results.find((result) => result?.listed === true);
  if (listing !== undefined) findings.push({ kind: 'listed', register, result: listing });
  if (!register.required) return findings;
  if (own === undefined) {
    if (listing === undefined) findings.push({ kind: 'unchecked', register, result: null });
  } else if (register.staleBefore !== null && own.checkedAt < register.staleBefore) {
    findings.push({ kind: 'stale', register, result: own });
  }
  return findings;
}

function listingIn(state: ContactPointState, register: string): RegisterResult | undefined {
  return state.registers.find((result) => result.register === register && result.listed);
}

function unknownListings(facts: Facts, known: ReadonlySet<string>): readonly RegisterFinding[] {
  if (facts.state.registers.length === 0 && facts.others.length === 0) return NONE;
  return [facts.state, ...facts.others]
    .flatMap(({ registers }) => registers)
    .filter(({ register, listed }) => listed && !known.has(register))
    .map((result) => ({
      kind: 'listed',
      register: { ...unknownRegister, register: result.register },
      result,
    }));
}

/** Whether a valid consent stands in spite of a finding, as the register's law has it. */
export function standsAgainst(consent: ConsentState, finding: RegisterFinding): boolean {
  const { register, result, kind } = finding;
  if (register.consent === 'prevails') return true;
  if (register.consent === 'barred') return false;
  if (kind === 'listed') {
    return result !== null && lifts(consent, result.listedSince ?? result.checkedAt);
  }
  // A registration since the consent would have annulled it, and nobody has looked.
  return register.staleBefore !== null && lifts(consent, register.staleBefore);
}
