import * as z from 'zod';
import type { EpochMs } from '../../kernel/instant.ts';
import { readCountry, readIp } from './fields.ts';
import { MappedRow, type Identity } from './mapped-row.ts';
import type { CrmMapping, RowOutcome } from './mapping.ts';
import {
  birthDate,
  block,
  leaveList,
  recordConsent,
  register,
  withdraw,
  type RowOrigin,
} from './row-events.ts';

const LISTS = 'lists';
/** The API says `attribs`, the CSV export `attributes`. */
const ATTRIBUTES = ['attribs', 'attributes'] as const;

/** A list as `GET /api/subscribers` gives it: what was stored, so unknown members are let pass. */
const Subscription = z.object({
  name: z.string(),
  optin: z.string().optional(),
  subscription_status: z.string(),
  subscription_created_at: z.string().nullish(),
  subscription_updated_at: z.string().nullish(),
  subscription_meta: z.record(z.string(), z.unknown()).nullish(),
});
type Subscription = z.infer<typeof Subscription>;

const Attributes = z.record(z.string(), z.unknown());

function mapSubscriber(row: MappedRow): RowOutcome {
  const identity = row.identify({
    system: 'listmonk',
    records: ['uuid'],
    email: 'email',
    phones: [],
  });
  if (identity === null) return row.finish();
  subscriberStatus(row);
  const lists = readJson(row, LISTS, z.array(z.unknown())) ?? [];
  const origins = lists.map((entry) => subscription(row, entry));
  subscriber(row, identity, origins.find((origin) => origin !== null) ?? null);
  return row.finish();
}

/** Text that says nothing reads as null; text that is no such JSON is an error of the row. */
function readJson<Type>(row: MappedRow, column: string, schema: z.ZodType<Type>): Type | null {
  const text = row.text(column);
  if (text === '' || text === 'null') return null;
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  row.report('error', 'JSON_MALFORMED', column);
  return null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * `enabled` says nothing; the other states block. listmonk keeps no time of blocking, but it is a
 * change of the record, so it happened by `updated_at`.
 */
function subscriberStatus(row: MappedRow): void {
  const status = row.text('status');
  if (status === 'enabled') return;
  const at = row.refusalInstant(row.text('updated_at'), 'updated_at');
  if (status === 'disabled') {
    block(row, at, { list: 'listmonk-disabled', channels: ['EMAIL'] });
    return;
  }
  if (status !== 'blocklisted') row.report('information', 'VALUE_UNKNOWN', 'status');
  block(row, at, { list: 'listmonk', channels: null });
}

function subscription(row: MappedRow, entry: unknown): RowOrigin {
  const parsed = Subscription.safeParse(entry);
  if (!parsed.success) {
    // Nobody can say which list it was, so it may be one that was left.
    row.report('error', 'JSON_MALFORMED', LISTS);
    withdraw(row, null, { channels: ['EMAIL'], purposes: null });
    return null;
  }
  const list = parsed.data;
  switch (list.subscription_status) {
    case 'unconfirmed':
      return joined(row, list, null);
    case 'confirmed':
      return joined(row, list, row.instantOf(list.subscription_updated_at ?? '', LISTS));
    case 'unsubscribed':
      return left(row, list);
    default:
      row.report('information', 'VALUE_UNKNOWN', LISTS);
      return left(row, list);
  }
}

function left(row: MappedRow, list: Subscription): null {
  const at = row.refusalInstant(list.subscription_updated_at ?? '', LISTS);
  leaveList(row, at, { name: list.name, column: LISTS, channel: 'EMAIL' });
  return null;
}

/**
 * `confirmed` also stands on subscriptions that staff or the API confirmed beforehand. What only
 * the recipient's own click leaves is `optin_ip` in the meta data of a double opt-in list.
 */
function joined(row: MappedRow, list: Subscription, confirmedAt: EpochMs | null): RowOrigin {
  const scope = row.context.purposes.get(list.name);
  if (scope === undefined) {
    row.report('information', 'PURPOSE_UNKNOWN', LISTS);
    return null;
  }
  const createdAt = row.instantOf(list.subscription_created_at ?? '', LISTS);
  const optinIp = list.subscription_meta?.['optin_ip'];
  const ip = typeof optinIp === 'string' ? readIp(optinIp.split(',')[0] ?? '') : null;
  const clicked = list.optin === 'double' && ip !== null && createdAt !== null;
  const unconfirmed = list.subscription_status === 'unconfirmed';
  if (createdAt === null && confirmedAt === null) {
    row.report('information', 'CONSENT_UNDATED', LISTS);
    return null;
  }
  return recordConsent(row, {
    name: list.name,
    scope,
    form: 'active',
    method: clicked || unconfirmed ? 'doi_email' : 'import',
    requestedAt: clicked || unconfirmed ? createdAt : null,
    confirmedAt: unconfirmed ? null : (confirmedAt ?? createdAt),
    confirmedColumn: LISTS,
    ip,
    reference: null,
  });
}

function subscriber(row: MappedRow, identity: Identity, origin: RowOrigin): void {
  const column = ATTRIBUTES.find((name) => row.has(name)) ?? ATTRIBUTES[0];
  const attributes = readJson(row, column, Attributes) ?? {};
  const attribute = (name: string) => {
    const value = attributes[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  const stated = attribute('country');
  const country = stated === '' ? row.context.defaultCountry : readCountry(stated);
  if (country === null) row.report('information', 'COUNTRY_UNKNOWN', column);
  register(row, {
    at: row.instant('updated_at') ?? row.instant('created_at'),
    residence: country,
    numberCountry: null,
    company: attribute('company'),
    email: identity.email,
    birthDate: birthDate(row, column, attribute('birthdate')),
    origin,
  });
}

export const listmonkSubscribers: CrmMapping = {
  format: 'listmonk_subscribers',
  system: 'listmonk',
  requiredColumns: ['uuid', 'email', 'status'],
  map: (cells, rowNumber, context) => mapSubscriber(new MappedRow(cells, rowNumber, context)),
  salvage: null,
};
