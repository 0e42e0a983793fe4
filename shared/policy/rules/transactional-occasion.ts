import type { EpochMs } from '../../kernel/instant.ts';
import {
  concerns,
  type ConsentState,
  type ContactPointState,
} from '../../ledger/contact-point-state.ts';
import type { Evaluation } from '../evaluation.ts';
import { deny, gap, PASS, type RecipientCase, type RecipientRule } from '../rule.ts';

const noContract = gap('D_FACT_MISSING');
const noRequest = deny('D_CONSENT_MISSING');
const expired = deny('D_CONSENT_DOI_EXPIRED');
const ended = deny('D_CONSENT_WITHDRAWN');
const contracts: ReadonlySet<string> = new Set([
  'contract',
  'ongoing_contract',
  'freemium_account',
]);

/** A consent that was asked for and that nobody has confirmed since. */
interface OpenRequest {
  readonly consent: ConsentState;
  readonly requestedAt: EpochMs;
}

function openRequests(
  { consents }: ContactPointState,
  { campaign, instant }: Evaluation,
): readonly OpenRequest[] {
  return consents.flatMap((consent) => {
    const { requestedAt, confirmedAt } = consent;
    const covers =
      (consent.channels & campaign.channelBit) !== 0 && consent.purposes.includes(campaign.purpose);
    if (!covers || requestedAt === null || requestedAt > instant) return [];
    const open = confirmedAt === null || confirmedAt < requestedAt;
    return open ? [{ consent, requestedAt }] : [];
  });
}

/** Refused since the request, or at the same instant: the refusal wins. */
function isEnded(
  { consent, requestedAt }: OpenRequest,
  { state, others }: RecipientCase,
  channelBit: number,
): boolean {
  const withdrawn = state.withdrawals.some(({ at, consentId, channels, purposes }) => {
    const named = consentId === null || consentId === consent.consentId;
    const purpose = purposes?.some((each) => consent.purposes.includes(each)) ?? true;
    // Of two people on one address, the request of one does not lift what the other refused.
    const foreign = state.conflict && consentId === null;
    const ends = foreign || at >= requestedAt;
    return named && purpose && concerns(channels, channelBit) && ends;
  });
  const objected = [state, ...others].some(({ objections }) =>
    objections.some(
      ({ at, channels }) => concerns(channels, channelBit) && (state.conflict || at >= requestedAt),
    ),
  );
  return withdrawn || objected;
}

/**
 * A message without advertising needs no consent, but an occasion. A message about a contract needs
 * one on record: a contract, a running contract, or an account; none is a missing fact. A request
 * for confirmation needs an open request for consent to this purpose on this channel: where there
 * is none the consent is missing, and one older than the period of the policy has expired (DOI-4).
 * Whoever has withdrawn or objected since the request has ended it, and is asked nothing more.
 *
 * Any advertising in a message makes the whole of it advertising (CH-DE-16); then this rule does
 * not apply, and all others do.
 */
export const transactionalOccasion: RecipientRule = {
  id: 'transactional-occasion',
  number: 37,
  group: 'permission',
  obligation: {
    de: 'Eine Nachricht ohne Werbung braucht einen Anlass: einen Vertrag oder eine offene Anfrage.',
    en: 'A message without advertising needs an occasion: a contract, or an open request.',
  },
  authority: 'Art. 6(1)(b) GDPR; OLG Düsseldorf I-15 U 64/15',
  certainty: 'S',
  inputs: [
    'sales',
    'consents',
    'content',
    'consent.doiExpiryDays',
    'channel',
    'purpose',
    'withdrawals',
    'objections',
  ],
  codes: ['D_FACT_MISSING', 'D_CONSENT_MISSING', 'D_CONSENT_WITHDRAWN', 'D_CONSENT_DOI_EXPIRED'],
  appliesTo: ({ campaign }) => !campaign.isAdvertising,
  evaluate: (recipient, evaluation) => {
    const { state } = recipient;
    const { campaign, cutoffs, instant } = evaluation;
    if (campaign.content !== 'doi_confirmation') {
      return state.sales.some(({ at, status }) => at <= instant && contracts.has(status))
        ? PASS
        : noContract;
    }
    const requests = openRequests(state, evaluation);
    if (requests.length === 0) return noRequest;
    const standing = requests.filter(
      (request) => !isEnded(request, recipient, campaign.channelBit),
    );
    if (standing.length === 0) return ended;
    const open = standing.some(({ requestedAt }) => requestedAt >= cutoffs.doiExpiry);
    return open ? PASS : expired;
  },
};
