import { deny, PASS, type RecipientRule } from '../rule.ts';
import { lifts } from '../consent.ts';
import { concerns, type ChannelSince } from '../../ledger/contact-point-state.ts';
import type { RecipientCase } from '../rule.ts';

const denied = deny('D_OBJECTION_ART21');

function findObjection(recipient: RecipientCase, channelBit: number): ChannelSince | null {
  // Of two people who share the contact point, the consent of one lifts no objection of the other.
  const consent = recipient.state.conflict ? null : recipient.permission.consent.valid;
  for (const source of [recipient.state, ...recipient.others]) {
    for (const objection of source.objections) {
      if (!concerns(objection.channels, channelBit)) continue;
      if (!lifts(consent, objection.at)) return objection;
    }
  }
  return null;
}

/** OBJ-1 to OBJ-4: only a newer, specific, confirmed consent lifts it, within its scope. */
export const objection: RecipientRule = {
  id: 'objection',
  group: 'refusal',
  obligation: {
    de: 'Ein Widerspruch gegen Direktwerbung gilt sofort und ohne Abwägung.',
    en: 'An objection to direct marketing is effective at once and without balancing.',
  },
  authority: 'Art. 21(2), (3) GDPR; § 7(3) Nr. 3 UWG',
  certainty: 'S',
  inputs: ['objections', 'consents'],
  codes: ['D_OBJECTION_ART21'],
  evaluate: (recipient, { campaign }) =>
    campaign.isAdvertising && findObjection(recipient, campaign.channelBit) !== null
      ? denied
      : PASS,
  explain: (recipient, { campaign }) => {
    const objection = findObjection(recipient, campaign.channelBit);
    return objection === null ? {} : { since: objection.at, evidence: objection.event };
  },
};
