import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_ART14_NOTICE_MISSING');

/**
 * Whose data come from another source must have been informed under Art. 14 GDPR, or the message
 * itself must carry that information (ORI-2, CNT-7). That the month of Art. 14(3)(a) has not passed
 * yet does not help: no advertising goes out before or without the information. Once given, it
 * heals.
 */
export const art14Notice: RecipientRule = {
  id: 'art14-notice',
  number: 39,
  group: 'permission',
  obligation: {
    de: 'Über Daten aus anderer Quelle ist spätestens mit der ersten Nachricht zu informieren.',
    en: 'People are informed of data from other sources with the first message at the latest.',
  },
  authority: 'Art. 14(3)(a), (b) GDPR',
  certainty: 'S',
  inputs: ['origin', 'message.art14Notice'],
  codes: ['D_ART14_NOTICE_MISSING'],
  appliesTo: ({ campaign }) => campaign.isAdvertising && !campaign.message.art14Notice,
  evaluate: ({ state }, { instant }) => {
    const { origin } = state;
    if (origin === null || origin.kind === 'own') return PASS;
    return origin.art14NoticeAt !== null && origin.art14NoticeAt <= instant ? PASS : denied;
  },
  explain: ({ state }) =>
    state.origin === null ? {} : { since: state.origin.obtainedAt, evidence: state.origin.event },
};
