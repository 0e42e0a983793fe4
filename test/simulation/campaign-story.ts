import { eventData } from '../../shared/contract/events.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/kernel/instant.ts';
import { seeded } from '../support/seeded.ts';
import type { Identifiers } from '../support/submissions.ts';
import type { Weather } from './campaign-faults.ts';
import type { HomeKind } from './campaign-home.ts';

/*
 * What happens in one run, drawn from its seed: an audience, who refuses and when, and what else is
 * asked of the gate meanwhile.
 */

/** In every identifier and every line of a caller: it may lie in no table, queue or log. */
export const CLEAR_TEXT = 'graubart';

const domains = ['one', 'two', 'mail.two'].map((name) => `${name}-${CLEAR_TEXT}.example`);

/** What the gate knows of somebody before the run. */
export type Standing = 'permitted' | 'unknown' | 'refused';

export interface Person {
  readonly email: string;
  /** Null for whom the gate knows by an address alone: what is known of them has one row. */
  readonly id: string | null;
  readonly phone: string | null;
  readonly standing: Standing;
}

const PEOPLE = 14;
const standings = new Map<number, Standing>([
  [PEOPLE - 1, 'unknown'],
  [PEOPLE - 2, 'refused'],
]);

export const people: readonly Person[] = Array.from({ length: PEOPLE }, (_, number) => ({
  email: `person-${number}.${CLEAR_TEXT}@${domains[number % domains.length]}`,
  id: number % 2 === 0 ? null : `${CLEAR_TEXT}-${number}`,
  phone: number % 2 === 0 ? null : `+4930231255${String(number).padStart(2, '0')}`,
  standing: standings.get(number) ?? 'permitted',
}));

/** Under a host lie its own addresses, and those of the hosts below it. */
export function isUnder(email: string, domain: string): boolean {
  return email.endsWith(`@${domain}`) || email.endsWith(`.${domain}`);
}

/** A row of an audience, and what it ought to be read as. */
export interface AudienceLine {
  readonly ref: string;
  readonly names: Identifiers;
  /** Whose row it is; null where it names nobody. */
  readonly person: number | null;
}

const ways = ['email', 'email', 'email', 'email', 'EMAIL', 'id', 'phone', 'email+id'] as const;

function namesOf({ email, id, phone }: Person, way: (typeof ways)[number]): Identifiers {
  if (way === 'EMAIL') return { email: email.toUpperCase() };
  if (way === 'id' && id !== null) return { id };
  if (way === 'phone' && phone !== null) return { phone };
  return way === 'email+id' && id !== null ? { email, id } : { email };
}

/** What is known of somebody, for whoever writes it down. */
export function identifiersOf({ email, id, phone }: Person): Identifiers {
  return { email, ...(id === null ? {} : { id }), ...(phone === null ? {} : { phone }) };
}

/** Kinds of refusals, and by which names of a person each of them is said. */
export const refusals = {
  'consent.withdrawn': { data: {}, by: ['email', 'id', 'phone'] },
  'objection.raised': { data: { scope: 'all' }, by: ['email', 'id', 'phone'] },
  'restriction.set': { data: { ground: 'disputed' }, by: ['email', 'id', 'phone'] },
  'blocklist.entered': { data: { list: 'own' }, by: ['email', 'id'] },
  'delivery.complained': { data: { channel: 'EMAIL' }, by: ['email'] },
  'delivery.bounced': { data: { channel: 'EMAIL', permanent: true }, by: ['email'] },
  'contact.refused': { data: { channel: 'EMAIL' }, by: ['email', 'id'] },
} as const satisfies Partial<Record<keyof typeof eventData, unknown>>;
export type RefusalType = keyof typeof refusals;
const refusalTypes: readonly RefusalType[] = [
  'consent.withdrawn',
  'objection.raised',
  'restriction.set',
  'blocklist.entered',
  'delivery.complained',
  'delivery.bounced',
  'contact.refused',
];

/** What is asked of the gate beside the campaign, so many milliseconds after the beginning. */
export type Action = { readonly at: number } & (
  | {
      readonly kind: 'refuse';
      readonly person: number;
      readonly type: RefusalType;
      readonly by: 'email' | 'id' | 'phone';
    }
  | { readonly kind: 'block-domain'; readonly domain: string }
  | { readonly kind: 'erase'; readonly person: number }
  | { readonly kind: 'contact'; readonly person: number }
  | { readonly kind: 'permit'; readonly person: number }
  | { readonly kind: 'recheck' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'freeze'; readonly forMs: number }
  | { readonly kind: 'jump'; readonly byMs: number }
);

export interface Story {
  readonly seed: number;
  readonly kind: HomeKind;
  readonly audience: 'inline' | 'ndjson' | 'csv';
  readonly lines: readonly AudienceLine[];
  /** Rows of a second campaign beside it, which comes as NDJSON; none where there is no such. */
  readonly beside: readonly AudienceLine[];
  /** What is wrong with the file, so that it cannot be read. */
  readonly flaw: 'none' | 'no-row' | 'open-quote';
  /** Whether a tool wants to be told. */
  readonly receiver: boolean;
  /** Share of the requests that are sent twice at once. */
  readonly impatience: number;
  /** Whether the settings hold the campaign for an officer, and what they say then, if they do. */
  readonly review: 'none' | 'released' | 'rejected' | 'absent';
  readonly actions: readonly Action[];
  readonly weather: Weather;
  /** How long things may go wrong. */
  readonly roughMs: number;
}

const INLINE_MAX = 6;
const UPLOAD_MAX = 22;

const weathers: readonly Weather[] = [
  { calls: 0, messages: 0 },
  { calls: 0.003, messages: 0.05 },
  { calls: 0.012, messages: 0.15 },
  { calls: 0.05, messages: 0.3 },
  { calls: 0.15, messages: 0.3 },
];

export function drawStory(seed: number, kind: HomeKind): Story {
  const random = seeded(seed * 7919 + 1);
  const pick = <Item>(items: readonly [Item, ...Item[]]): Item =>
    items[Math.floor(random() * items.length)] ?? items[0];
  const audience = pick<Story['audience']>(['inline', 'ndjson', 'ndjson', 'csv', 'csv']);
  const lines = drawLines(random, audience === 'inline' ? INLINE_MAX : UPLOAD_MAX);
  const beside = random() < 0.15 ? drawLines(random, UPLOAD_MAX) : [];
  const weather = weathers[Math.floor(random() * weathers.length)] ?? { calls: 0, messages: 0 };
  const roughMs =
    // Where hardly anything is done, half an hour of it takes long to play.
    weather.calls > 0.1 ? 30 * SECOND_MS : pick([20 * SECOND_MS, 3 * MINUTE_MS, 30 * MINUTE_MS]);
  return {
    seed,
    kind,
    audience,
    lines,
    beside,
    flaw:
      audience !== 'inline' && random() < 0.03
        ? audience === 'csv'
          ? pick<Story['flaw']>(['no-row', 'open-quote'])
          : 'no-row'
        : 'none',
    receiver: random() < 0.2,
    impatience: random() < 0.2 ? 0.5 : 0,
    review: drawReview(random()),
    actions: drawActions(random, roughMs, [...lines, ...beside]),
    weather,
    roughMs,
  };
}

function drawReview(draw: number): Story['review'] {
  if (draw < 0.65) return 'none';
  if (draw < 0.85) return 'released';
  return draw < 0.95 ? 'rejected' : 'absent';
}

function drawLines(random: () => number, most: number): readonly AudienceLine[] {
  // Most are small, so that there can be many runs.
  const count = 1 + Math.floor(random() ** 1.5 * most);
  return Array.from({ length: count }, (_, number): AudienceLine => {
    const ref = `zeile-${number}`;
    const draw = random();
    if (draw < 0.06) return { ref, names: { email: `${CLEAR_TEXT}-nobody` }, person: null };
    if (draw < 0.09) return { ref, names: {}, person: null };
    const person = Math.floor(random() * people.length);
    const way = ways[Math.floor(random() * ways.length)] ?? 'email';
    const known = people[person];
    return { ref, names: known === undefined ? {} : namesOf(known, way), person };
  });
}

function drawActions(
  random: () => number,
  roughMs: number,
  lines: readonly AudienceLine[],
): readonly Action[] {
  // Most of them while the evaluation is at its busiest, some long behind it.
  const at = () => {
    const draw = random();
    if (draw < 0.1) return 0;
    return draw < 0.15 ? roughMs * (1 + 2 * random()) : 20 * (roughMs / 20) ** random();
  };
  // Mostly of somebody who is in an audience.
  const person = () => {
    const line = lines[Math.floor(random() * lines.length)];
    return (random() < 0.8 ? line?.person : null) ?? Math.floor(random() * people.length);
  };
  const many = (most: number) => Array.from({ length: Math.floor(random() * (most + 1)) });
  const some = <Item>(share: number, make: () => Item) => (random() < share ? [make()] : []);
  const actions: readonly Action[] = [
    ...many(5).map((): Action => {
      const type = refusalTypes[Math.floor(random() * refusalTypes.length)] ?? 'objection.raised';
      const { by } = refusals[type];
      const name = by[Math.floor(random() * by.length)] ?? 'email';
      return { kind: 'refuse', at: at(), person: person(), type, by: name };
    }),
    ...some(0.2, (): Action => {
      const domain = domains[Math.floor(random() * domains.length)] ?? '';
      return { kind: 'block-domain', at: at(), domain };
    }),
    ...some(0.2, (): Action => ({ kind: 'erase', at: at(), person: person() })),
    // Once: whoever was contacted often is denied for it.
    ...some(0.5, (): Action => ({ kind: 'contact', at: at(), person: person() })),
    ...some(0.1, (): Action => ({ kind: 'permit', at: at(), person: PEOPLE - 1 })),
    ...many(1).map((): Action => ({ kind: 'recheck', at: at() })),
    ...some(0.05, (): Action => ({ kind: 'cancel', at: at() })),
    ...some(0.12, (): Action => ({ kind: 'freeze', at: at(), forMs: MINUTE_MS * 20 * random() })),
    ...some(0.1, (): Action => ({ kind: 'jump', at: at(), byMs: MINUTE_MS * 200 * random() ** 3 })),
    ...some(0.1, (): Action => ({ kind: 'jump', at: at(), byMs: -SECOND_MS * 20 * random() })),
    ...some(0.02, (): Action => ({ kind: 'jump', at: at(), byMs: HOUR_MS * 9 })),
  ];
  return actions.toSorted((a, b) => a.at - b.at);
}

/** The file that is uploaded, with a column that the gate does not understand. */
export function fileOf({ audience, lines, flaw }: Story): string {
  if (flaw === 'no-row') return audience === 'csv' ? 'ref;email\r\n' : '\n';
  const note = (number: number) => `${CLEAR_TEXT} "${number}"; zwei\nZeilen`;
  if (audience === 'ndjson') {
    return lines
      .map(({ ref, names }, number) => `${JSON.stringify({ ref, ...names, note: note(number) })}\n`)
      .join('');
  }
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const head = 'ref;email;id;phone;note\r\n';
  const rows = lines.map(({ ref, names: { email = '', id = '', phone = '' } }, number) =>
    [ref, email, id, phone, note(number)].map(cell).join(';'),
  );
  // In NDJSON a line that is none is set aside alone.
  const end = flaw === 'open-quote' ? `"${CLEAR_TEXT};` : '';
  return head + rows.map((row) => `${row}\r\n`).join('') + end;
}
