import { profilingLevels } from '../contract/vocabulary.ts';
import { channelSet, type ConsentState } from './contact-point-state.ts';
import type { LedgerEvent } from './ledger-event.ts';

type Declaration = Extract<LedgerEvent, { type: 'consent.requested' | 'consent.confirmed' }>;

/**
 * The consents after a request or a confirmation. A request never touches what was confirmed: it
 * stands beside it, under the same id, until it is confirmed itself and takes its place.
 */
export function foldConsent(
  consents: readonly ConsentState[],
  event: Declaration,
): readonly ConsentState[] {
  const { consentId } = event.data;
  const same = consents.filter((consent) => consent.consentId === consentId);
  const pending = same.find((consent) => consent.confirmedAt === null);
  if (event.type === 'consent.requested') {
    return [...consents.filter((other) => other !== pending), declared(event, null)];
  }
  const before = pending ?? same[0] ?? null;
  return [...consents.filter((other) => !same.includes(other)), declared(event, before)];
}

/** Marks the first contact after a confirmation, on a channel of the consent (CON-9). */
export function markFirstUse(
  consents: readonly ConsentState[],
  contact: { readonly at: number; readonly channelBit: number },
): readonly ConsentState[] {
  const { at, channelBit } = contact;
  return consents.map((consent) => {
    const { confirmedAt, firstUsedAt, channels } = consent;
    const uses = confirmedAt !== null && at >= confirmedAt && (channels & channelBit) !== 0;
    return uses && firstUsedAt === null ? { ...consent, firstUsedAt: at } : consent;
  });
}

/** What the event says, on top of what was said before. */
function declared(event: Declaration, before: ConsentState | null): ConsentState {
  const { data } = event;
  const confirmed = event.type === 'consent.confirmed';
  // What says everything itself rests on no request.
  const answers = isWhole(event) ? null : before;
  return {
    at: event.occurredAt,
    event: event.id,
    consentId: data.consentId,
    channels: data.channels === undefined ? (before?.channels ?? 0) : channelSet(data.channels),
    purposes: data.purposes ?? before?.purposes ?? [],
    advertisers: data.advertisers ?? before?.advertisers ?? null,
    sectors: data.sectors ?? before?.sectors ?? null,
    platforms: data.platforms ?? before?.platforms ?? null,
    profilingLevel: levelOf(event) ?? before?.profilingLevel ?? 0,
    explicitArt9: data.explicitArt9 ?? before?.explicitArt9 ?? false,
    political: data.political ?? before?.political ?? false,
    deviceAccess: data.deviceAccess ?? before?.deviceAccess ?? false,
    form: data.form ?? before?.form ?? null,
    ...evidenceOf(event, before),
    parentalAuthorisation:
      data.parentalAuthorisationRef != null || (before?.parentalAuthorisation ?? false),
    requestedAt: confirmed ? (answers?.requestedAt ?? null) : event.occurredAt,
    answeredAt: confirmed ? (answers?.answeredAt ?? answers?.confirmedAt ?? null) : null,
    confirmedAt: confirmed ? event.occurredAt : null,
    firstUsedAt: null,
  };
}

function isWhole({ data }: Declaration): boolean {
  const { channels, purposes, form, wording, evidence } = data;
  return [channels, purposes, form, wording, evidence].every((part) => part != null);
}

function levelOf({ data }: Declaration): number | null {
  return data.profilingLevel == null ? null : profilingLevels.indexOf(data.profilingLevel);
}

/**
 * Evidence proves the declaration that it was made for. A confirmation may rely on that of its
 * request; whatever goes beyond what was declared before needs evidence of its own (CON-7).
 */
function evidenceOf(
  event: Declaration,
  before: ConsentState | null,
): Pick<ConsentState, 'method' | 'evidencedAt' | 'wordingComplete' | 'referenced'> {
  const { wording, evidence } = event.data;
  const inherits = event.type === 'consent.confirmed' && !goesBeyond(event, before);
  const earlier = inherits ? before : null;
  const complete = wording?.id != null && wording.version != null && wording.sha256 != null;
  return {
    method: evidence?.method ?? earlier?.method ?? null,
    evidencedAt: evidence == null ? (earlier?.evidencedAt ?? null) : event.occurredAt,
    wordingComplete: wording == null ? (earlier?.wordingComplete ?? false) : complete,
    referenced:
      evidence == null
        ? (earlier?.referenced ?? false)
        : hasText(evidence.url) || hasText(evidence.ref),
  };
}

/** Names anything that was not declared before. */
function goesBeyond(event: Declaration, before: ConsentState | null): boolean {
  if (before === null) return true;
  const { data } = event;
  const adds = (named: readonly string[] | null | undefined, known: readonly string[]) =>
    named?.some((name) => !known.includes(name)) ?? false;
  return (
    (channelSet(data.channels) & ~before.channels) !== 0 ||
    adds(data.purposes, before.purposes) ||
    adds(data.advertisers, before.advertisers ?? []) ||
    (before.sectors !== null && adds(data.sectors, before.sectors)) ||
    adds(data.platforms, before.platforms ?? []) ||
    (levelOf(event) ?? 0) > before.profilingLevel ||
    (data.explicitArt9 === true && !before.explicitArt9) ||
    (data.political === true && !before.political) ||
    (data.deviceAccess === true && !before.deviceAccess)
  );
}

function hasText(text: string | null | undefined): boolean {
  return text != null && text !== '';
}
