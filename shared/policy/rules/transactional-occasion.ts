import { deny, gap, PASS, type RecipientRule } from '../rule.ts';

const noContract = gap('D_FACT_MISSING');
const noRequest = deny('D_CONSENT_MISSING');
const expired = deny('D_CONSENT_DOI_EXPIRED');
const contracts: ReadonlySet<string> = new Set([
  'contract',
  'ongoing_contract',
  'freemium_account',
]);

/** TS-005, TS-027: a contract carries a message on it, an open request its confirmation mail. */
export const transactionalOccasion: RecipientRule = {
  id: 'transactional-occasion',
  group: 'permission',
  obligation: {
    de: 'Eine Nachricht ohne Werbung braucht einen Anlass: einen Vertrag oder eine offene Anfrage.',
    en: 'A message without advertising needs an occasion: a contract, or an open request.',
  },
  authority: 'Art. 6(1)(b) GDPR; OLG Düsseldorf I-15 U 64/15',
  certainty: 'S',
  inputs: ['sales', 'consents', 'content'],
  codes: ['D_FACT_MISSING', 'D_CONSENT_MISSING', 'D_CONSENT_DOI_EXPIRED'],
  evaluate: ({ state }, { campaign, cutoffs, instant }) => {
    if (campaign.isAdvertising) return PASS;
    if (campaign.content !== 'doi_confirmation') {
      return state.sales.some(({ at, status }) => at <= instant && contracts.has(status))
        ? PASS
        : noContract;
    }
    const requests = state.consents.filter(
      (consent) =>
        (consent.channels & campaign.channelBit) !== 0 &&
        consent.requestedAt !== null &&
        consent.requestedAt <= instant &&
        (consent.confirmedAt === null || consent.confirmedAt < consent.requestedAt),
    );
    if (requests.length === 0) return noRequest;
    const open = requests.some(({ requestedAt }) => (requestedAt ?? 0) >= cutoffs.doiExpiry);
    return open ? PASS : expired;
  },
};
