import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_ART14_NOTICE_MISSING');

/** ORI-2, CNT-7: given before, or enclosed. */
export const art14Notice: RecipientRule = {
  id: 'art14-notice',
  group: 'permission',
  obligation: {
    de: 'Über Daten aus anderer Quelle ist spätestens mit der ersten Nachricht zu informieren.',
    en: 'People are informed of data from other sources with the first message at the latest.',
  },
  authority: 'Art. 14(3)(a), (b) GDPR',
  certainty: 'S',
  inputs: ['origin', 'message.art14Notice'],
  codes: ['D_ART14_NOTICE_MISSING'],
  evaluate: ({ state }, { campaign, instant }) => {
    const { origin } = state;
    if (!campaign.isAdvertising || origin === null || origin.kind === 'own') return PASS;
    const given = origin.art14NoticeAt !== null && origin.art14NoticeAt <= instant;
    return given || campaign.message.art14Notice ? PASS : denied;
  },
  explain: ({ state }) =>
    state.origin === null ? {} : { since: state.origin.obtainedAt, evidence: state.origin.event },
};
