import { deny, PASS, type RecipientCase, type RecipientRule } from '../rule.ts';

const denied = deny('D_EXTERNAL_DNC_LIST');

function findListing({ permission }: RecipientCase) {
  return permission.registers.find(({ kind }) => kind === 'listed') ?? null;
}

/**
 * A listing takes away the grounds that the law of the country names, such as the existing-customer
 * exception in Austria. A consent to this sender prevails; in Italy only one that was given after
 * the listing. The rule denies where no ground is left that the listing does not touch (A.6).
 *
 * A listing counts for the contact detail and for its whole domain, as soon as it is known and
 * however old the result is. One in a register that no law of this book names still shows that
 * advertising is not wanted: it bars everything but consent. Time does not heal a listing; a newer
 * result without one does.
 */
export const externalRegister: RecipientRule = {
  id: 'external-register',
  number: 16,
  group: 'refusal',
  obligation: {
    de: 'Wer gegen Werbung eingetragen ist, wird nur beworben, wo das Verzeichnis es zulässt.',
    en: 'Whoever is listed against advertising is contacted only as that register permits.',
  },
  authority: '§ 174(4) Z 4 TKG 2021; L. 5/2018; PECR reg. 21; Art. 3(1)(u) UWG-CH; Art. 23 LOPDGDD',
  certainty: 'S',
  inputs: ['registers', 'consents', 'channel', 'law.registers'],
  codes: ['D_EXTERNAL_DNC_LIST'],
  evaluate: (recipient) => (findListing(recipient) === null ? PASS : denied),
  explain: (recipient) => {
    const result = findListing(recipient)?.result ?? null;
    return result === null
      ? {}
      : { since: result.listedSince ?? result.checkedAt, evidence: result.event };
  },
};
