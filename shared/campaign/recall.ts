import { denyCodeList, type DenyCode } from '../contract/reason-codes.ts';
import type { ConsentState, ContactPointState } from '../ledger/contact-point-state.ts';
import { codesOf, isAllowed, type Ruling } from '../policy/decide.ts';

/**
 * Reasons that call nobody back, although they would deny a first look at the same recipient:
 *
 * - `D_FREQUENCY_CAP`: the campaign's own contacts fill the cap. Whoever was cleared was within it,
 *   and that they were contacted since is what the clearance was for.
 * - `D_QUIET_HOURS`: by the campaign's own instant it is said only where the clock of another
 *   country turned out to apply. It is over within hours, and a recheck says it at dispatch.
 *
 * Every other reason recalls. The campaign is judged again by its own instant and policy, so time
 * alone changes nothing: what is denied now is denied for what became known since. Somebody or a
 * list refused; or what had carried is gone, or another law applies, and contact would be unlawful.
 * That goes for a register whose result is too old as well: a law that asks for it has come to
 * apply.
 * A gap recalls too: where a fact is missing, the gate does not know that contact is lawful.
 */
const healing: ReadonlySet<DenyCode> = new Set<DenyCode>(['D_FREQUENCY_CAP', 'D_QUIET_HOURS']);

/** The reasons for which somebody who was allowed is called back. */
export const recallCodes: ReadonlySet<DenyCode> = new Set(
  denyCodeList.filter((code) => !healing.has(code)),
);

/** Why a fresh ruling calls somebody back. */
export interface RecallReason {
  /** The first reason, in rulebook order, that recalls. */
  readonly code: DenyCode;
  /** Every reason of the ruling, once, in rulebook order. */
  readonly codes: readonly DenyCode[];
}

/** Null where the recipient may still be contacted, or may be once some time has passed. */
export function recallReason(ruling: Ruling): RecallReason | null {
  if (isAllowed(ruling)) return null;
  const codes = [...new Set(codesOf(ruling).map(({ code }) => code))];
  const code = codes.find((each) => recallCodes.has(each));
  return code === undefined ? null : { code, codes };
}

/**
 * Whether a change of a contact point can make anybody's ruling stricter. Contacts and activity
 * cannot: most changes while a campaign is sent are of this kind, and none of them is looked into.
 * All else may, since a consent or a country can take the place of a better one.
 */
export function mayRefuse(
  before: ContactPointState | null,
  after: ContactPointState | null,
): boolean {
  if (before === null || after === null) return true;
  const [was, is] = [before.lastActive?.at ?? 0, after.lastActive?.at ?? 0];
  if (is < was) return true;
  return withoutUse(before) !== withoutUse(after);
}

/** A state as text, without what says that somebody was contacted or was active. */
function withoutUse(state: ContactPointState): string {
  const consents = state.consents.map((consent): ConsentState => {
    return { ...consent, firstUsedAt: null };
  });
  return JSON.stringify({ ...state, consents, contacts: [], lastActive: null });
}
