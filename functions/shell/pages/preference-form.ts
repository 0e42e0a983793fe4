import { channelGroups } from '../../../shared/contract/preferences.ts';
import type { ContactPointState } from '../../../shared/ledger/contact-point-state.ts';
import type { LeaveLink } from '../../../shared/ledger/link-codec.ts';
import { oneClick, type Leaving, type LeavingSource } from '../flows/leave.ts';

/**
 * What a POST to an unsubscribe link says. Only what carries the mark of our own form is read as
 * choices; whatever else comes is taken as the one click of RFC 8058, also an empty body: who holds
 * the link and posts to it wants to leave, and no refusal may be lost for its spelling.
 */
export function leavingFrom(
  fields: Readonly<Record<string, string>> | null,
  link: LeaveLink,
  state: ContactPointState,
): { readonly source: LeavingSource; readonly leaving: Leaving } {
  if (fields?.['form'] !== 'preferences') return { source: 'one-click', leaving: oneClick(link) };
  const groups = channelGroups.filter(({ id }) => fields[`channel-${id}`] !== undefined);
  // A purpose that no consent names was not on the page, and ending it would change nothing.
  const known = new Set(state.consents.flatMap(({ purposes }) => purposes));
  const named = Object.entries(fields)
    .filter(([name]) => /^purpose-\d+$/.test(name))
    .map(([, purpose]) => purpose);
  const leaving = {
    everything: fields['all'] !== undefined,
    channels: groups.flatMap(({ channels }) => channels),
    purposes: [...known].filter((purpose) => named.includes(purpose)),
    profiling: fields['profiling'] !== undefined,
  };
  return { source: 'preference-page', leaving };
}

export function isNothing({ everything, channels, purposes, profiling }: Leaving): boolean {
  return !everything && !profiling && channels.length === 0 && purposes.length === 0;
}
