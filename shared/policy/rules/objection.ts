import {
  concerns,
  type ChannelSince,
  type ContactPointState,
} from '../../ledger/contact-point-state.ts';
import { isLifted } from '../consent.ts';
import { deny, PASS, toAdvertising, type RecipientCase, type RecipientRule } from '../rule.ts';

const denied = deny('D_OBJECTION_ART21');

function objectionOf(
  { objections }: ContactPointState,
  channelBit: number,
  recipient: RecipientCase,
): ChannelSince | null {
  for (const objection of objections) {
    if (!concerns(objection.channels, channelBit)) continue;
    if (!isLifted(objection.at, recipient)) return objection;
  }
  return null;
}

function findObjection(recipient: RecipientCase, channelBit: number): ChannelSince | null {
  const own = objectionOf(recipient.state, channelBit, recipient);
  if (own !== null) return own;
  for (const other of recipient.others) {
    const found = objectionOf(other, channelBit, recipient);
    if (found !== null) return found;
  }
  return null;
}

/**
 * An objection needs neither reason nor form, and nobody weighs it. It stops advertising on the
 * channels that it names; one that names none stops all advertising of the controller. A complaint,
 * and a withdrawal of consent without any limit, are objections too (OBJ-1 to OBJ-3).
 *
 * Only a newer consent lifts it, and only within its own scope: the consent must fit this campaign,
 * and it must have been confirmed and evidenced after the objection. An imported consent never
 * lifts one. A new sale does not lift it, and time does not heal it. Where two people share a
 * contact detail, the consent of one lifts no objection of the other (OBJ-4).
 */
export const objection: RecipientRule = {
  id: 'objection',
  number: 12,
  group: 'refusal',
  obligation: {
    de: 'Ein Widerspruch gegen Direktwerbung gilt sofort und ohne Abwägung.',
    en: 'An objection to direct marketing is effective at once and without balancing.',
  },
  authority: 'Art. 21(2), (3) GDPR; § 7(3) Nr. 3 UWG',
  certainty: 'S',
  inputs: ['objections', 'consents'],
  codes: ['D_OBJECTION_ART21'],
  appliesTo: toAdvertising,
  evaluate: (recipient, { campaign }) =>
    findObjection(recipient, campaign.channelBit) === null ? PASS : denied,
  explain: (recipient, { campaign }) => {
    const objection = findObjection(recipient, campaign.channelBit);
    return objection === null ? {} : { since: objection.at, evidence: objection.event };
  },
};
