import type { ConsentEvent } from '../../contract/events.ts';
import type { PostalAddress } from '../../contract/subjects.ts';
import type { Channel, consentForms, evidenceMethods } from '../../contract/vocabulary.ts';
import { unreachable } from '../../kernel/assert.ts';
import { sha256Hex } from '../../kernel/hash.ts';
import { formatInstant, type EpochMs } from '../../kernel/instant.ts';
import { isUsableText, readFlag, readIp, readPostal, readRecipientType } from './fields.ts';
import { parseExportDate } from './local-time.ts';
import type { MappedRow } from './mapped-row.ts';
import type { ConsentColumn, ConsentScope, DocumentedWording, RefusalColumn } from './mapping.ts';

/** Where the controller has somebody's data from. */
export type RowOrigin = NonNullable<DataOf<'subject.registered'>['origin']> | null;

type DataOf<Type extends ConsentEvent['type']> = Extract<ConsentEvent, { type: Type }>['data'];

/** A name of the CRM in an event's id: short, and without what the name itself may say. */
export function nameKey(name: string): string {
  return sha256Hex(name).slice(0, 12);
}

/** What was in use at an instant, from entries with `usedFrom` and `usedUntil`. */
export function inUseAt<Entry extends { usedFrom: EpochMs; usedUntil: EpochMs | null }>(
  entries: readonly Entry[],
  at: EpochMs,
): Entry | null {
  const found = entries.find(
    (entry) => entry.usedFrom <= at && (entry.usedUntil === null || at < entry.usedUntil),
  );
  return found ?? null;
}

export interface Registration {
  /** Null where the export does not say when the record was last changed. */
  readonly at: EpochMs | null;
  readonly residence: string | null;
  readonly numberCountry: string | null;
  readonly company: string;
  readonly email: string;
  readonly birthDate: string | null;
  readonly origin: RowOrigin;
}

export function register(row: MappedRow, facts: Registration): void {
  row.introduce({
    ...row.envelope('registered', facts.at),
    type: 'subject.registered',
    data: {
      residence: facts.residence,
      numberCountry: facts.numberCountry,
      recipientType: readRecipientType(facts.company, facts.email),
      birthDate: facts.birthDate,
      origin: facts.origin,
    },
  });
}

/** A birth date; `03-07` or `7/3` has no year and is told, anything else unreadable is an error. */
export function birthDate(row: MappedRow, column: string, text = row.text(column)): string | null {
  if (text === '') return null;
  const date = parseExportDate(text);
  if (date !== null && date <= formatInstant(row.context.exportedAt).slice(0, 10)) return date;
  if (date !== null) row.report('error', 'DATE_FUTURE', column);
  else if (/^\d{1,2}[./-]\d{1,2}\.?$/.test(text)) {
    row.report('information', 'BIRTHDAY_WITHOUT_YEAR', column);
  } else row.report('error', 'DATE_MALFORMED', column);
  return null;
}

/** Adds a postal address to the row's subject where all five lines are there. */
export function locate(row: MappedRow, column: string, lines: PostalAddress): void {
  const postal = readPostal(lines);
  if (postal !== null) row.locate(postal);
  else if (lines.street !== '') row.report('information', 'ADDRESS_INCOMPLETE', column);
}

export interface ConsentFacts {
  /** The list, type or column that the consent is kept under. */
  readonly name: string;
  readonly scope: ConsentScope;
  readonly form: (typeof consentForms)[number];
  readonly method: (typeof evidenceMethods)[number];
  readonly requestedAt: EpochMs | null;
  readonly confirmedAt: EpochMs | null;
  readonly confirmedColumn: string;
  readonly ip: string | null;
  readonly reference: string | null;
}

/**
 * A consent as far as the row shows it. The wording is the one that the controller has documented
 * for that day; without it, or with the method `import`, the gate denies (RULES CON-3). Who has
 * provably consented has given the data: the origin that is answered, null where nothing proves it.
 */
export function recordConsent(row: MappedRow, facts: ConsentFacts): RowOrigin {
  const { requestedAt, confirmedAt, scope } = facts;
  if (requestedAt !== null && confirmedAt !== null && confirmedAt < requestedAt) {
    row.report('error', 'DATE_ORDER', facts.confirmedColumn);
    return null;
  }
  const givenAt = requestedAt ?? confirmedAt;
  if (givenAt === null || row.failed) return null;
  const wording = inUseAt(scope.wordings, givenAt);
  if (facts.method === 'import' || wording === null) {
    row.report('information', 'EVIDENCE_MISSING', facts.confirmedColumn);
  }
  const key = nameKey(facts.name);
  const data = {
    consentId: `${row.context.source.slice(0, 40)}:${row.key}:${key}`,
    channels: [...scope.channels],
    purposes: [...scope.purposes],
    form: facts.form,
    wording: wordingOf(wording),
    evidence: {
      method: facts.method,
      url: wording?.url ?? null,
      ip: facts.ip,
      ref: facts.reference ?? `${row.context.source.slice(0, 40)} record ${row.key}`,
    },
  };
  if (requestedAt !== null) {
    const envelope = row.envelope(`${key}:requested`, requestedAt);
    row.permit({ ...envelope, type: 'consent.requested', data });
  }
  if (confirmedAt === null) return null;
  const envelope = row.envelope(`${key}:confirmed`, confirmedAt);
  row.permit({ ...envelope, type: 'consent.confirmed', data });
  if (facts.method === 'import') return null;
  const source = `${row.context.source.slice(0, 40)} sign-up`;
  return { kind: 'own', source, obtainedAt: formatInstant(givenAt) };
}

function wordingOf(wording: DocumentedWording | null) {
  if (wording === null) return null;
  return { id: wording.id, version: wording.version, sha256: wording.sha256 };
}

/** Withdraws from channels, and where purposes are named from those alone (RULES OBJ-3). */
export function withdraw(
  row: MappedRow,
  at: EpochMs | null,
  from: { readonly channels: readonly Channel[]; readonly purposes: readonly string[] | null },
): void {
  const key = nameKey([...from.channels, ...(from.purposes ?? [])].join('\n'));
  row.refuse({
    ...row.envelope(`${key}:withdrawn`, at),
    type: 'consent.withdrawn',
    data: {
      channels: [...from.channels],
      ...(from.purposes === null ? {} : { purposes: [...from.purposes] }),
    },
  });
}

/** Leaving a list ends that list; one whose purpose nobody documented ends all by this channel. */
export function leaveList(
  row: MappedRow,
  at: EpochMs | null,
  list: { readonly name: string; readonly column: string; readonly channel: Channel },
): void {
  const scope = row.context.purposes.get(list.name);
  if (scope === undefined) row.report('information', 'PURPOSE_UNKNOWN', list.column);
  withdraw(row, at, {
    channels: scope?.channels ?? [list.channel],
    purposes: scope?.purposes ?? null,
  });
}

export function bounce(row: MappedRow, at: EpochMs | null, channel: Channel): void {
  row.refuse({
    ...row.envelope(`${channel}:bounced`, at),
    type: 'delivery.bounced',
    data: { channel, permanent: true },
  });
}

/** An entry in the CRM's own block list; without channels it holds for all of them. */
export function block(
  row: MappedRow,
  at: EpochMs | null,
  entry: { readonly list: string; readonly channels: readonly Channel[] | null },
): void {
  row.refuse({
    ...row.envelope(`${entry.list}:${nameKey(entry.channels?.join('\n') ?? '')}:blocked`, at),
    type: 'blocklist.entered',
    data: {
      list: entry.list,
      ...(entry.channels === null ? {} : { channels: [...entry.channels] }),
    },
  });
}

/** The controller's own consent columns. A date before which nothing was known dates a bare yes. */
export function ownConsents(row: MappedRow, knownSince: EpochMs | null): RowOrigin {
  const origins = row.context.consentColumns.map((column) => ownConsent(row, column, knownSince));
  return origins.find((origin) => origin !== null) ?? null;
}

function ownConsent(row: MappedRow, column: ConsentColumn, knownSince: EpochMs | null): RowOrigin {
  if (readFlag(row.text(column.flag)) !== true) return null;
  const requestedAt = column.requestedAt === null ? null : row.instant(column.requestedAt);
  const confirmedAt = row.instant(column.confirmedAt);
  const reference = referenceOf(row, column);
  // Asked for and never confirmed: a request, whose evidence is still to come.
  const pending = requestedAt !== null && confirmedAt === null;
  const proven =
    confirmedAt !== null &&
    (column.requestedAt === null || requestedAt !== null) &&
    (column.reference === null || reference !== '');
  const givenAt = pending ? null : (confirmedAt ?? knownSince);
  if (requestedAt === null && givenAt === null) {
    row.report('information', 'CONSENT_UNDATED', column.flag);
    return null;
  }
  return recordConsent(row, {
    name: column.flag,
    scope: column.scope,
    form: column.form,
    method: proven || pending ? column.method : 'import',
    requestedAt,
    confirmedAt: givenAt,
    confirmedColumn: column.confirmedAt,
    ip: column.ip === null ? null : readIp(row.text(column.ip)),
    reference: reference === '' ? null : reference,
  });
}

/** The name of a recording or a letter; one that cannot be kept as it is proves nothing. */
function referenceOf(row: MappedRow, column: ConsentColumn): string {
  if (column.reference === null) return '';
  const reference = row.text(column.reference);
  if (isUsableText(reference)) return reference;
  row.report('information', 'VALUE_UNUSABLE', column.reference);
  return '';
}

/** The controller's own columns of refusals: whatever is not a plain no refuses. */
export function ownRefusals(row: MappedRow): void {
  for (const column of row.context.refusalColumns) {
    const flag = readFlag(row.text(column.column));
    if (flag === false) continue;
    if (flag === null) row.report('information', 'VALUE_UNKNOWN', column.column);
    objectBy(row, column);
  }
}

function objectBy(row: MappedRow, column: RefusalColumn): void {
  const at =
    column.at === null
      ? row.refusalInstant('', column.column)
      : row.refusalInstant(row.text(column.at), column.at);
  const envelope = row.envelope(`${nameKey(column.column)}:objected`, at);
  row.refuse({ ...envelope, type: 'objection.raised', data: objectionOf(column) });
}

function objectionOf(column: RefusalColumn): DataOf<'objection.raised'> {
  const { refuses } = column;
  switch (refuses.scope) {
    case 'all':
    case 'profiling':
      return { scope: refuses.scope };
    case 'channel':
      return { scope: 'channel', channels: [...refuses.channels] };
    default:
      return unreachable(refuses);
  }
}
