import { gap, PASS, toAdvertising, type RecipientRule } from '../rule.ts';

const missing = gap('D_ORIGIN_UNKNOWN');

/**
 * The record must say where the data come from: from the person, from a third party, from public
 * sources or from a social network. While that is unknown nobody is advertised to (ORI-1).
 */
export const originKnown: RecipientRule = {
  id: 'origin-known',
  number: 38,
  group: 'permission',
  obligation: {
    de: 'Die Herkunft der Daten muss bekannt sein.',
    en: 'The origin of the data must be known.',
  },
  authority: 'Art. 5(2), 14(2)(f), 15(1)(g) GDPR',
  certainty: 'S',
  inputs: ['origin'],
  codes: ['D_ORIGIN_UNKNOWN'],
  appliesTo: toAdvertising,
  evaluate: ({ state }) => (state.origin === null ? missing : PASS),
};
