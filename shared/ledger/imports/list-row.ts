import * as z from 'zod';
import type {
  BlocklistMapping,
  HashSpec,
  RegisterMapping,
} from '../../contract/import-mappings.ts';
import { eventData } from '../../contract/events.ts';
import { limits } from '../../contract/limits.ts';
import { problemErrors } from '../../contract/problems.ts';
import { ChannelList, InstantText, ShortText } from '../../contract/primitives.ts';
import { Subject } from '../../contract/subjects.ts';
import { formatInstant, parseInstant } from '../../kernel/instant.ts';
import { parseExportTime } from '../crm/local-time.ts';
import { readDigest } from './hash-list.ts';
import {
  failedWith,
  note,
  withController,
  type RowContext,
  type RowNote,
  type RowReading,
} from './row-reading.ts';

/** Whom a row is about: the identifiers in it are judged with the event, not here. */
const person = {
  id: z.unknown().optional(),
  email: z.unknown().optional(),
  phone: z.unknown().optional(),
  postal: z.unknown().optional(),
  domain: z.unknown().optional(),
  subject: z.unknown().optional(),
  controller: z.unknown().optional(),
  hash: z.string().max(limits.shortTextCharacters).nullish(),
};

const BlocklistRow = z.strictObject({
  ...person,
  list: ShortText.nullish(),
  channels: ChannelList.nullish(),
  since: z.string().max(limits.shortTextCharacters).nullish(),
});

const RegisterRow = z.strictObject({
  ...person,
  register: eventData['register.checked'].shape.register.nullish(),
  listed: z.boolean().nullish(),
  listedSince: z.string().max(limits.shortTextCharacters).nullish(),
  checkedAt: InstantText.nullish(),
});

/** A row of a list by the names of its properties, unread. */
export type Fields = Readonly<Record<string, unknown>>;

/** An entry of a block list: who, on which list, on which channels, since when. */
export function readBlocklistRow(
  fields: Fields,
  { number, mapping }: { readonly number: number; readonly mapping: BlocklistMapping },
  context: RowContext,
): RowReading {
  const row = BlocklistRow.safeParse(fields);
  if (!row.success) return invalid(row.error);
  const { since, ...named } = row.data;
  const list = named.list ?? mapping.list ?? 'import';
  const channels = named.channels ?? mapping.channels;
  const at = dateOf(since, context);
  const event = {
    id: `${context.importId}/${number}`,
    source: `import:${list}`.slice(0, limits.shortTextCharacters),
    type: 'blocklist.entered',
    occurredAt: formatInstant(at.instant),
    controller: named.controller,
    data: { list, ...(channels == null ? {} : { channels }) },
  };
  return entryOf(event, { ...named, spec: mapping.hash }, { context, notes: at.notes });
}

/** A result of a register: who, whether listed, since when, as of which check. */
export function readRegisterRow(
  fields: Fields,
  { number, mapping }: { readonly number: number; readonly mapping: RegisterMapping },
  context: RowContext,
): RowReading {
  const row = RegisterRow.safeParse(fields);
  if (!row.success) return invalid(row.error);
  const { listedSince, ...named } = row.data;
  const register = named.register ?? mapping.register;
  const listed = named.listed ?? mapping.listed ?? true;
  const checkedAt = named.checkedAt ?? mapping.checkedAt;
  if (register === undefined) return failedWith(required('register'));
  // That somebody is not listed holds for a time from the check on, so it needs the check's date.
  if (!listed && checkedAt === undefined) return failedWith(required('checkedAt'));
  const at = checkedAt ?? formatInstant(context.madeAt);
  const since = listedSince == null || listedSince === '' ? null : dateOf(listedSince, context);
  const event = {
    id: `${context.importId}/${number}`,
    source: `import:${register}`,
    type: 'register.checked',
    occurredAt: formatInstant(Math.min(parseInstant(at) ?? context.madeAt, context.madeAt)),
    controller: named.controller,
    data: {
      register,
      listed,
      checkedAt: at,
      ...(since === null ? {} : { listedSince: formatInstant(since.instant) }),
    },
  };
  const notes = since?.notes ?? [];
  return entryOf(event, { ...named, spec: mapping.hash }, { context, notes });
}

interface Named {
  readonly id?: unknown;
  readonly email?: unknown;
  readonly phone?: unknown;
  readonly postal?: unknown;
  readonly domain?: unknown;
  readonly subject?: unknown;
  readonly hash?: string | null | undefined;
  readonly spec: HashSpec | undefined;
}

/** Whom the entry is about, in clear text or as the list's owner hashed it. */
function entryOf(
  built: Fields,
  named: Named,
  { context, notes }: { readonly context: RowContext; readonly notes: readonly RowNote[] },
): RowReading {
  const { event, refused } = withController(built, context);
  if (refused !== null) return failedWith(refused);
  if (named.hash != null && named.hash !== '') {
    if (named.spec === undefined) {
      return failedWith(note('HASH_UNEXPLAINED', 'the mapping says no `hash`', '/hash'));
    }
    const digest = readDigest(named.hash, named.spec);
    if (digest === null) {
      const message = `\`hash\` is no ${named.spec.algorithm} in ${named.spec.encoding ?? 'hex'}`;
      return failedWith(note('HASH_MALFORMED', message, '/hash'));
    }
    return { events: [], hashed: [{ digest, event }], notes, failed: false };
  }
  const { id, email, phone, postal, domain } = named;
  const subject = Subject.safeParse(named.subject ?? present({ id, email, phone, postal, domain }));
  if (!subject.success) return invalid(subject.error);
  return { events: [{ ...event, subject: subject.data }], hashed: [], notes, failed: false };
}

function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));
}

function required(field: string): RowNote {
  const message = `\`${field}\` stands neither in the row nor in the mapping`;
  return note('FIELD_MISSING', message, `/${field}`);
}

/** A refusal whose date is missing or broken is none the less one: it counts from the import. */
function dateOf(text: string | null | undefined, { madeAt, timeZone }: RowContext) {
  if (text == null || text.trim() === '') return { instant: madeAt, notes: [] };
  const instant = parseExportTime(text.trim(), timeZone);
  if (instant !== null && instant <= madeAt) return { instant, notes: [] };
  const message = 'the date cannot be used, so the entry counts from the import';
  return { instant: madeAt, notes: [note('DATE_ASSUMED', message)] };
}

function invalid(error: z.ZodError): RowReading {
  const errors = problemErrors(error.issues).slice(0, limits.errorsPerEvent);
  const [first] = errors;
  const field = first?.pointer.slice(1).replaceAll('/', '.') ?? '';
  const message = field === '' ? (first?.message ?? '') : `\`${field}\` ${first?.message ?? ''}`;
  return failedWith({ code: 'INVALID', message, errors });
}
