import { deny, PASS, type RecipientCase, type RecipientRule } from '../rule.ts';

const denied = deny('D_EXTERNAL_DNC_LIST');

function findListing({ permission }: RecipientCase) {
  return permission.registers.find(({ kind }) => kind === 'listed') ?? null;
}

/**
 * A listing, for the contact point or its whole domain, takes away the grounds that its law names,
 * and older consents where its law says so (IT). It counts as soon as it is known and stays a
 * listing however old the result is; one in a register that no law names bars all but consent.
 */
export const externalRegister: RecipientRule = {
  id: 'external-register',
  group: 'refusal',
  obligation: {
    de: 'Wer in einem Verzeichnis gegen Werbung steht, wird nur mit Einwilligung beworben.',
    en: 'Whoever is listed in a register against advertising is contacted on consent alone.',
  },
  authority: '§ 174(4) Z 4 TKG 2021; L. 5/2018; PECR reg. 21; Art. 3(1)(u) UWG-CH; Art. 23 LOPDGDD',
  certainty: 'S',
  inputs: ['registers', 'consents', 'channel'],
  codes: ['D_EXTERNAL_DNC_LIST'],
  evaluate: (recipient) => (findListing(recipient) === null ? PASS : denied),
  explain: (recipient) => {
    const result = findListing(recipient)?.result ?? null;
    return result === null
      ? {}
      : { since: result.listedSince ?? result.checkedAt, evidence: result.event };
  },
};
