import { channels } from '../contract/vocabulary.ts';
import {
  concerns,
  EVERY_CHANNEL,
  type ConsentState,
  type ContactPointState,
  type Withdrawal,
} from '../ledger/contact-point-state.ts';
import {
  coversAdvertiser,
  isConfirmedLate,
  isEvidenced,
  isGivenByChild,
  isProvenFor,
  lifts,
  methodFits,
  withdrawalOf,
} from './consent.ts';
import type { Evaluation } from './evaluation.ts';
import type { ApplicableLaw } from './law.ts';

/** To what profiling somebody has consented. */
export interface ProfilingConsent {
  readonly level: number;
  readonly explicitArt9: boolean;
  readonly political: boolean;
}

const UNPROFILED: ProfilingConsent = Object.freeze({
  level: 0,
  explicitArt9: false,
  political: false,
});

/**
 * The level of profiling that valid consents to it reach, 0 when there is none. Such a consent is
 * not tied to a channel: it permits the selection, not the message (RULES C, TS-067).
 */
export function profilingConsent(
  state: ContactPointState,
  law: ApplicableLaw,
  evaluation: Evaluation,
): ProfilingConsent {
  if (state.consents.length === 0 || !evaluation.campaign.selects) return UNPROFILED;
  let level = 0;
  let explicitArt9 = false;
  let political = false;
  for (const consent of state.consents) {
    const { confirmedAt } = consent;
    if (confirmedAt === null || confirmedAt > evaluation.instant) continue;
    if (consent.form === 'preticked' || !isProven(consent)) continue;
    if (!coversAdvertiser(consent, evaluation)) continue;
    if (withdrawalOf(consent, state, (each) => overlaps(each, consent)) !== null) continue;
    if (isConfirmedLate(consent, confirmedAt, evaluation)) continue;
    if (isGivenByChild(consent, confirmedAt, state, law, evaluation)) continue;
    if (isObjectedTo(consent, state)) continue;
    if (isLiftedBy(state, consent)) level = Math.max(level, consent.profilingLevel);
    explicitArt9 ||= consent.explicitArt9;
    political ||= consent.political;
  }
  return { level, explicitArt9, political };
}

/** Complete evidence, by a method that fits some channel that the consent names. */
function isProven(consent: ConsentState): boolean {
  const { method } = consent;
  const fits = channels.some(
    (channel, place) => (consent.channels & (1 << place)) !== 0 && methodFits(channel, method),
  );
  return fits && isEvidenced(consent);
}

function overlaps(withdrawal: Withdrawal, consent: ConsentState): boolean {
  const purpose = withdrawal.purposes?.some((each) => consent.purposes.includes(each)) ?? true;
  return purpose && concerns(withdrawal.channels, consent.channels);
}

/** § 25(1) TDDDG: a consent to the access, given for this channel; its purpose does not matter. */
export function hasDeviceAccess(state: ContactPointState, evaluation: Evaluation): boolean {
  const { campaign, instant } = evaluation;
  return state.consents.some((consent) => {
    const { confirmedAt } = consent;
    const confirmed =
      confirmedAt !== null &&
      confirmedAt <= instant &&
      !isConfirmedLate(consent, confirmedAt, evaluation);
    const covers = consent.deviceAccess && (consent.channels & campaign.channelBit) !== 0;
    if (
      !confirmed ||
      !covers ||
      consent.form === 'preticked' ||
      !isProvenFor(consent, campaign.channel)
    )
      return false;
    // Given for this channel, it ends with it: a withdrawal of another one says nothing of it.
    const ends = (each: Withdrawal) =>
      overlaps(each, consent) && concerns(each.channels, campaign.channelBit);
    return withdrawalOf(consent, state, ends) === null;
  });
}

/** An objection to everything ends older consents, also to what sends no message (OBJ-4). */
function isObjectedTo(consent: ConsentState, { objections, conflict }: ContactPointState): boolean {
  return objections.some(
    ({ at, channels }) => channels === EVERY_CHANNEL && (conflict || !lifts(consent, at)),
  );
}

/** An objection to profiling ends older consents to it. */
function isLiftedBy(state: ContactPointState, consent: ConsentState): boolean {
  if (state.profilingObjection === null) return true;
  return !state.conflict && lifts(consent, state.profilingObjection.at);
}
