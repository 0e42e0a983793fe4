import { gap, PASS, type RecipientRule } from '../rule.ts';

const missing = gap('D_ORIGIN_UNKNOWN');

/** ORI-1: nobody is advertised to with data of unknown origin. */
export const originKnown: RecipientRule = {
  id: 'origin-known',
  group: 'permission',
  obligation: {
    de: 'Die Herkunft der Daten muss bekannt sein.',
    en: 'The origin of the data must be known.',
  },
  authority: 'Art. 5(2), 14(2)(f), 15(1)(g) GDPR',
  certainty: 'S',
  inputs: ['origin'],
  codes: ['D_ORIGIN_UNKNOWN'],
  evaluate: ({ state }, { campaign }) =>
    campaign.isAdvertising && state.origin === null ? missing : PASS,
};
