import { describe, expect, it } from 'vitest';
import { ConsentEvent, type EventType } from '../../shared/contract/events.ts';
import type { ContactPointState } from '../../shared/ledger/contact-point-state.ts';
import { isAlreadyListed } from '../../shared/ledger/already-listed.ts';
import { foldSubject } from '../../shared/ledger/fold.ts';
import {
  describeObstacle,
  importObstacle,
  type RefusalKind,
} from '../../shared/ledger/import-conflict.ts';
import type { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import { ledgerEvent } from '../support/policy-harness.ts';

/*
 * What an import may not lift. One row: what the ledger holds, the row of the import, and the kind
 * of refusal that stands against it, or null where the row is taken.
 */

interface Said {
  readonly type: EventType;
  readonly at: string;
  readonly data: object;
}

const OLDER = '2026-03-01T09:00:00Z';
const REFUSED = '2026-06-01T12:00:00Z';
const NEWER = '2026-09-01T09:00:00Z';

const says = (type: EventType, data: object, at = REFUSED): Said => ({ type, at, data });

const declared = {
  consentId: 'c-1',
  channels: ['EMAIL'],
  purposes: ['newsletter.fashion'],
  form: 'active',
  wording: { id: 'w-1', version: '3', sha256: 'a'.repeat(64) },
  evidence: { method: 'doi_email', ref: 'doi-1' },
};
const consent = (at: string, data: object = {}) =>
  says('consent.confirmed', { ...declared, ...data }, at);
const request = (at: string, data: object = {}) =>
  says('consent.requested', { ...declared, ...data }, at);

let told = 0;

function eventOf({ type, at, data }: Said): LedgerEvent {
  told++;
  return ledgerEvent(
    ConsentEvent.parse({
      id: `event-${told}`,
      source: 'crm',
      type,
      occurredAt: at,
      controller: 'acme',
      subject: { id: 'crm-17', email: 'erika@example.org' },
      data,
    }),
  );
}

function statesOf(events: readonly LedgerEvent[]): readonly ContactPointState[] {
  return [...foldSubject(events, { anchors: [], keyVersion: 1 }).values()];
}

type Row = readonly [name: string, ledger: readonly Said[], row: Said, RefusalKind | null];

const withdrawal = says('consent.withdrawn', {});
const objection = says('objection.raised', { scope: 'all' });
const bounce = says('delivery.bounced', { channel: 'EMAIL', permanent: true });
const complaint = says('delivery.complained', { channel: 'EMAIL' });
const block = says('blocklist.entered', { list: 'own' });
const restriction = says('restriction.set', { ground: 'disputed' });

const rows: readonly Row[] = [
  // A consent and what it meets.
  ['a new person', [], consent(OLDER), null],
  ['nothing but an older consent', [consent(OLDER)], consent(NEWER), null],
  ['an older consent, a withdrawal', [withdrawal], consent(OLDER), 'withdrawal'],
  ['a consent of the same instant', [withdrawal], consent(REFUSED), 'withdrawal'],
  ['a newer consent with its evidence', [withdrawal], consent(NEWER), null],
  [
    'a newer consent by import',
    [withdrawal],
    consent(NEWER, { evidence: { method: 'import' } }),
    'withdrawal',
  ],
  [
    'a newer consent without evidence',
    [withdrawal],
    consent(NEWER, { evidence: null }),
    'withdrawal',
  ],
  [
    'a newer confirmation of an older request',
    [request(OLDER), withdrawal],
    says('consent.confirmed', { consentId: 'c-1' }, NEWER),
    'withdrawal',
  ],
  [
    'a newer confirmation of a newer request',
    [withdrawal, request('2026-08-01T00:00:00Z')],
    says('consent.confirmed', { consentId: 'c-1' }, NEWER),
    null,
  ],
  ['an older request', [withdrawal], request(OLDER), 'withdrawal'],
  ['a newer request with its evidence', [withdrawal], request(NEWER), null],
  ['a newer request without', [withdrawal], request(NEWER, { evidence: null }), 'withdrawal'],
  // The scope of a withdrawal.
  [
    'a withdrawal of another channel',
    [says('consent.withdrawn', { channels: ['SMS'], purposes: ['newsletter.fashion'] })],
    consent(OLDER),
    null,
  ],
  [
    'a withdrawal of one of its channels',
    [says('consent.withdrawn', { channels: ['EMAIL'], purposes: ['newsletter.fashion'] })],
    consent(OLDER, { channels: ['EMAIL', 'SMS'] }),
    'withdrawal',
  ],
  [
    'a withdrawal of another purpose',
    [says('consent.withdrawn', { purposes: ['newsletter.sport'] })],
    consent(OLDER),
    null,
  ],
  [
    'a withdrawal of another consent',
    [says('consent.withdrawn', { consentId: 'c-2' })],
    consent(OLDER),
    null,
  ],
  [
    'a withdrawal of this consent',
    [says('consent.withdrawn', { consentId: 'c-1' })],
    consent(OLDER),
    'withdrawal',
  ],
  [
    'a confirmation that says no channel, of an unknown request',
    [says('consent.withdrawn', { channels: ['SMS'], purposes: ['newsletter.fashion'] })],
    says('consent.confirmed', { consentId: 'c-1' }, OLDER),
    'withdrawal',
  ],
  // Other refusals.
  ['an objection', [objection], consent(OLDER), 'objection'],
  ['an older objection', [objection], consent(NEWER), null],
  [
    'an objection to another channel',
    [says('objection.raised', { scope: 'channel', channels: ['POST'] })],
    consent(OLDER),
    null,
  ],
  [
    'an objection to profiling, a consent without',
    [says('objection.raised', { scope: 'profiling' })],
    consent(OLDER),
    null,
  ],
  [
    'an objection to profiling, a consent to it',
    [says('objection.raised', { scope: 'profiling' })],
    consent(OLDER, { profilingLevel: 'P3' }),
    'objection to profiling',
  ],
  ['a permanent bounce', [bounce], consent(OLDER), 'bounce'],
  ['a permanent bounce before a double opt-in', [bounce], consent(NEWER), null],
  [
    'a permanent bounce, a consent to calls',
    [bounce],
    consent(OLDER, { channels: ['PHONE_HUMAN'] }),
    null,
  ],
  [
    'a bounce that passes',
    [says('delivery.bounced', { channel: 'EMAIL', permanent: false })],
    consent(OLDER),
    null,
  ],
  ['a complaint', [complaint], consent(OLDER), 'objection'],
  ['a block', [block], consent(OLDER), 'block'],
  [
    'a block of another channel',
    [says('blocklist.entered', { list: 'own', channels: ['POST'] })],
    consent(OLDER),
    null,
  ],
  ['a restriction', [restriction], consent(OLDER), 'restriction'],
  ['a hold, which refuses nothing', [says('hold.set', { kind: 'tax' })], consent(OLDER), null],
  // A presumed interest is no act of the person.
  [
    'an older interest',
    [objection],
    says('interest.documented', { fact: 'asked', channel: 'PHONE_HUMAN' }, OLDER),
    'objection',
  ],
  [
    'a newer interest',
    [objection],
    says('interest.documented', { fact: 'asked', channel: 'PHONE_HUMAN' }, NEWER),
    'objection',
  ],
  [
    'an interest on another channel',
    [says('objection.raised', { scope: 'channel', channels: ['POST'] })],
    says('interest.documented', { fact: 'asked', channel: 'PHONE_HUMAN' }, OLDER),
    null,
  ],
  // What lifts is never imported while there is something to lift.
  ['a block taken back', [block], says('blocklist.removed', { list: 'own' }, NEWER), 'block'],
  ['another list', [block], says('blocklist.removed', { list: 'other' }, NEWER), null],
  [
    'a block taken back on a channel that it does not name',
    [block],
    says('blocklist.removed', { list: 'own', channels: ['POST'] }, NEWER),
    null,
  ],
  [
    'a restriction lifted',
    [restriction],
    says('restriction.lifted', { ground: 'disputed' }, NEWER),
    'restriction',
  ],
  ['nothing to lift', [], says('restriction.lifted', { ground: 'disputed' }, NEWER), null],
  [
    'a hold lifted',
    [says('hold.set', { kind: 'tax' })],
    says('hold.lifted', { kind: 'tax' }, NEWER),
    'hold',
  ],
  // A register goes by the newest check.
  [
    'an older result that says no',
    [says('register.checked', { register: 'AT_ECG', listed: true, checkedAt: REFUSED })],
    says('register.checked', { register: 'AT_ECG', listed: false, checkedAt: OLDER }, OLDER),
    'listing',
  ],
  [
    'a newer result that says no',
    [says('register.checked', { register: 'AT_ECG', listed: true, checkedAt: REFUSED })],
    says('register.checked', { register: 'AT_ECG', listed: false, checkedAt: NEWER }, NEWER),
    null,
  ],
  // Facts about a person permit nothing by themselves.
  [
    'who somebody is',
    [objection],
    says('subject.registered', { recipientType: 'CONSUMER' }, OLDER),
    null,
  ],
  [
    'a sale',
    [objection, withdrawal],
    says(
      'sale.recorded',
      {
        saleId: 's-1',
        productCategory: 'running.shoes',
        contactDataObtainedHere: true,
        status: 'contract',
      },
      OLDER,
    ),
    null,
  ],
  // Refusals are always taken.
  ['another refusal', [objection], says('consent.withdrawn', {}, OLDER), null],
  ['another block', [block], says('blocklist.entered', { list: 'own' }, OLDER), null],
];

describe('the refusal that stands against a row of an import', () => {
  const cases = rows.map(([name, ledger, row, kind]) => ({ name, ledger, row, kind }));

  it.each(cases)('$name: $kind', ({ ledger, row, kind }) => {
    const obstacle = importObstacle(eventOf(row), statesOf(ledger.map(eventOf)));
    expect(obstacle?.kind ?? null).toBe(kind);
    if (obstacle === null) return;
    expect(describeObstacle(obstacle)).toContain(obstacle.kind);
    expect(obstacle.newer).toBe(row.at <= REFUSED);
  });

  it('is the newest of several', () => {
    const later = says('objection.raised', { scope: 'all' }, '2026-07-01T00:00:00Z');
    const states = statesOf([withdrawal, block, later].map(eventOf));
    const obstacle = importObstacle(eventOf(consent(OLDER)), states);
    expect(obstacle).toMatchObject({ kind: 'objection', newer: true });
    expect(describeObstacle(obstacle ?? { kind: 'hold', at: 0, event: '', newer: false })).toBe(
      'an objection since 2026-07-01T00:00:00Z is not older than this row',
    );
  });

  it('counts wherever it is known: an identifier that is new has none', () => {
    const fresh = foldSubject([], { anchors: [], keyVersion: 1 });
    expect(importObstacle(eventOf(consent(OLDER)), [...fresh.values()])).toBeNull();
  });
});

describe('an erasure', () => {
  const at = Date.parse(REFUSED);
  const erased = statesOf([eventOf(consent(OLDER))]).map((state) => ({
    ...state,
    erased: { at, event: 'evt_1' },
  }));

  it.each<readonly [string, Said, RefusalKind | null]>([
    ['an older consent', consent(OLDER), 'erasure'],
    ['a newer consent with its evidence', consent(NEWER), null],
    ['older facts', says('activity.recorded', { kind: 'order' }, OLDER), 'erasure'],
    ['newer facts', says('activity.recorded', { kind: 'order' }, NEWER), null],
    ['a refusal', says('consent.withdrawn', {}, OLDER), null],
  ])('and %s', (_, row, kind) => {
    expect(importObstacle(eventOf(row), erased)?.kind ?? null).toBe(kind);
  });
});

describe('an entry that is there already', () => {
  const entered = (data: object, at = NEWER) => says('blocklist.entered', data, at);
  const listed = (data: object) =>
    says('register.checked', { register: 'AT_ECG', listed: true, checkedAt: REFUSED, ...data });

  it.each<readonly [string, readonly Said[], Said, boolean]>([
    ['nothing is known', [], entered({ list: 'own' }), false],
    ['the same list', [block], entered({ list: 'own' }), true],
    ['another list', [block], entered({ list: 'other' }), false],
    ['fewer channels', [block], entered({ list: 'own', channels: ['POST'] }), false],
    [
      'a block taken back',
      [block, says('blocklist.removed', { list: 'own' }, NEWER)],
      entered({ list: 'own' }),
      false,
    ],
    ['the same result', [listed({})], listed({}), true],
    ['a newer check', [listed({})], listed({ checkedAt: NEWER }), false],
    ['another answer', [listed({})], listed({ listed: false }), false],
    ['another register', [listed({})], listed({ register: 'DE_DDV' }), false],
    ['what is no list', [withdrawal], withdrawal, false],
  ])('%s', (_, ledger, row, already) => {
    expect(isAlreadyListed(eventOf(row), statesOf(ledger.map(eventOf)))).toBe(already);
  });

  it('is one only when all that the row names are on the list', () => {
    const [one] = statesOf([eventOf(block)]);
    expect(isAlreadyListed(eventOf(entered({ list: 'own' })), one === undefined ? [] : [one])).toBe(
      false,
    );
  });
});
