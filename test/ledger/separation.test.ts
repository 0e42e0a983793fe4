import { describe, expect, it } from 'vitest';
import { ConsentEvent } from '../../shared/contract/events.ts';
import { formatInstant } from '../../shared/kernel/instant.ts';
import type { ContactPointState } from '../../shared/ledger/contact-point-state.ts';
import { foldSubject } from '../../shared/ledger/fold.ts';
import { eventId, type LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import {
  active,
  blocked,
  bought,
  consented,
  objected,
  registered,
  withdrew,
} from '../scenarios/facts.ts';
import type { Fact } from '../scenarios/scenario.ts';
import { ledgerEvent } from '../support/policy-harness.ts';

/*
 * Two people, `one` and `other`, were taken for one because of a shared address. The officer says
 * that the key of the other and a phone number are another person's.
 */

const one = { id: 'crm-1', email: 'erika@example.org' };
const other = { id: 'crm-2', phone: '+493023125099' };
const shared = { id: other.id, email: one.email };

let made = 0;

function told(fact: Fact, subject: object): LedgerEvent {
  made++;
  return ledgerEvent(
    ConsentEvent.parse({
      id: `separated-${String(made).padStart(4, '0')}`,
      source: 'test',
      type: fact.type,
      occurredAt: fact.at,
      controller: 'acme',
      subject,
      data: fact.data,
    }),
  );
}

/** The event of the officer, on contact points that are named by events. */
function separation(apart: object, kept: object, at = '2026-06-01T00:00:00Z'): LedgerEvent {
  const named = (subject: object) => told(active('open', at), subject).named;
  const id = eventId({ controller: 'acme', source: 'gate', sourceId: `${made}` }, Date.parse(at));
  return {
    id,
    type: 'subject.separated',
    occurredAt: Date.parse(at),
    recordedAt: Date.parse(at),
    source: 'gate',
    sourceId: `${made}`,
    named: [...named(apart), ...named(kept)],
    numberCountry: null,
    domains: [],
    overflow: false,
    besides: [],
    data: { apart: named(apart).map(({ key }) => key), reason: '', conflict: 'cnf', actor: 'dpo' },
  };
}

function statesOf(events: readonly LedgerEvent[]) {
  return foldSubject(events, { anchors: [], keyVersion: 1 });
}

/** The state of the contact point that a subject names first. */
function stateOf(events: readonly LedgerEvent[], subject: object): ContactPointState {
  const [name] = told(active('open', '2026-01-01T00:00:00Z'), subject).named;
  const state = statesOf(events).get(name?.key ?? '');
  if (state === undefined) throw new Error('the contact point is known');
  return state;
}

const idOne = { id: one.id };
const idOther = { id: other.id };
const email = { email: one.email };
const phone = { phone: other.phone };
const split = separation(other, one);

const twoPeople = [
  told(registered({}, '2026-01-01T00:00:00Z'), one),
  told(registered({ residence: 'AT', birthDate: '2000-01-01' }, '2026-01-02T00:00:00Z'), other),
  told(active('click', '2026-01-03T00:00:00Z'), shared),
];

describe('a conflict that was told apart', () => {
  it('is none any more, and the people are no longer linked', () => {
    expect(stateOf(twoPeople, email)).toMatchObject({ conflict: true });
    const events = [...twoPeople, split];
    for (const [mine, theirs] of [
      [idOne, email],
      [idOther, phone],
    ] as const) {
      const state = stateOf(events, mine);
      expect(state.conflict).toBe(false);
      const [name] = told(active('open', '2026-01-01T00:00:00Z'), theirs).named;
      expect(state.links).toEqual([name]);
    }
  });

  it('events of from then on reach their own person alone', () => {
    const later = told(objected({ scope: 'all' }, '2026-07-01T00:00:00Z'), phone);
    const events = [...twoPeople, split, later];
    expect(stateOf(events, idOther).objections).toHaveLength(1);
    expect(stateOf(events, idOne).objections).toHaveLength(0);
    expect(stateOf(events, email).objections).toHaveLength(0);
  });

  it('what was refused before stays refused on both sides, until a newer consent', () => {
    const before = told(objected({ scope: 'all' }, '2026-02-01T00:00:00Z'), phone);
    const without = told(withdrew({ channels: ['EMAIL'] }, '2026-02-02T00:00:00Z'), idOther);
    const events = [...twoPeople, before, without, split];
    for (const subject of [idOne, email, idOther, phone]) {
      const state = stateOf(events, subject);
      expect(state.objections.map(({ at }) => formatInstant(at))).toEqual(
        Array(2).fill('2026-06-01T00:00:00Z'),
      );
      expect(state.objections.map(({ event }) => event)).toEqual([before.id, without.id]);
      expect(state.withdrawals).toMatchObject([{ at: Date.parse('2026-06-01T00:00:00Z') }]);
    }
  });

  it('an old refusal that comes in late still reaches both', () => {
    const late = told(blocked({}, '2026-03-01T00:00:00Z'), phone);
    for (const events of [
      [...twoPeople, split, late],
      [late, split, ...twoPeople],
    ]) {
      expect(stateOf(events, email).blocks).toHaveLength(1);
      expect(stateOf(events, phone).blocks).toHaveLength(1);
    }
  });

  it('permissions of before stay where they named the very contact point', () => {
    const events = [
      ...twoPeople,
      told(consented({ consentId: 'by-key' }, '2026-03-01T00:00:00Z'), idOne),
      told(consented({ consentId: 'by-both' }, '2026-03-02T00:00:00Z'), one),
      told(bought({ saleId: 's-1' }, '2026-03-03T00:00:00Z'), idOne),
    ];
    const consents = (state: ContactPointState) => state.consents.map(({ consentId }) => consentId);
    expect(consents(stateOf(events, email))).toEqual(['by-key', 'by-both']);
    expect(stateOf(events, email).sales).toHaveLength(1);
    const after = [...events, split];
    expect(consents(stateOf(after, email))).toEqual(['by-both']);
    expect(stateOf(after, email).sales).toHaveLength(0);
    expect(consents(stateOf(after, idOne))).toEqual(['by-key', 'by-both']);
    expect(stateOf(after, phone).consents).toHaveLength(0);
  });

  it('a consent that was withdrawn stays known, so that no other ground takes its place', () => {
    const events = [
      ...twoPeople,
      told(consented({ consentId: 'by-key' }, '2026-03-01T00:00:00Z'), idOne),
      told(withdrew({ consentId: 'by-key' }, '2026-03-02T00:00:00Z'), idOne),
    ];
    expect(stateOf(events, email).consents).toMatchObject([{ wordingComplete: true }]);
    const [consent, ...more] = stateOf([...events, split], email).consents;
    expect(more).toEqual([]);
    expect(consent).toMatchObject({ consentId: 'by-key', method: null, wordingComplete: false });
  });

  it('a newer consent reaches the person who gave it', () => {
    const newer = told(consented({}, '2026-07-01T00:00:00Z'), idOne);
    const events = [...twoPeople, split, newer];
    expect(stateOf(events, email).consents).toHaveLength(1);
    expect(stateOf(events, phone).consents).toHaveLength(0);
  });

  it('stays as narrow as it was, until somebody describes that person anew', () => {
    const events = [...twoPeople, split];
    expect(stateOf(events, email)).toMatchObject({ residence: 'ZZ', birthDate: '2000-01-01' });
    const anew = told(registered({ residence: 'DE' }, '2026-07-01T00:00:00Z'), idOne);
    expect(stateOf([...events, anew], email)).toMatchObject({ residence: 'DE' });
    expect(stateOf([...events, anew], phone)).toMatchObject({ residence: 'ZZ' });
  });

  it('who is seen together again is a conflict again', () => {
    const again = told(active('click', '2026-07-01T00:00:00Z'), shared);
    const state = stateOf([...twoPeople, split, again], email);
    expect(state.conflict).toBe(true);
    expect(state.links).toHaveLength(3);
  });

  it('an old event that comes in late does not make it one again', () => {
    const late = told(active('click', '2026-02-01T00:00:00Z'), shared);
    expect(stateOf([...twoPeople, split, late], email).conflict).toBe(false);
  });

  it('of three people two are left, and told apart they are none', () => {
    const third = { id: 'crm-3', email: one.email };
    const events = [...twoPeople, told(active('click', '2026-01-04T00:00:00Z'), third)];
    const first = separation(other, { ...one });
    expect(stateOf([...events, first], email).conflict).toBe(true);
    expect(stateOf([...events, first], phone).conflict).toBe(false);
    const second = separation({ id: 'crm-3' }, one, '2026-06-02T00:00:00Z');
    const states = [...statesOf([...events, first, second]).values()];
    expect(states.map(({ conflict }) => conflict)).toEqual(states.map(() => false));
    expect(states.map(({ links }) => links.length).sort()).toEqual([0, 1, 1, 1, 1]);
  });

  it('a later report on a sale of the other person changes nothing here', () => {
    const sale = told(bought({ saleId: 's-1' }, '2026-03-03T00:00:00Z'), one);
    const fell = bought({ saleId: 's-1', status: 'abandoned_cart' }, '2026-07-03T00:00:00Z');
    const events = [...twoPeople, sale, split];
    expect(stateOf([...events, told(fell, phone)], email)).toEqual(stateOf(events, email));
    expect(stateOf([...events, told(fell, email)], email).sales).toMatchObject([
      { status: 'abandoned_cart' },
    ]);
  });

  it('somebody who is linked later is no part of it', () => {
    const stranger = { email: 'max@example.com' };
    const events = [
      ...twoPeople,
      told(objected({ scope: 'all' }, '2026-02-01T00:00:00Z'), stranger),
      told(registered({ residence: 'FR' }, '2026-02-02T00:00:00Z'), stranger),
      split,
    ];
    expect(stateOf(events, email).objections).toHaveLength(0);
    const link = told(active('login', '2026-07-01T00:00:00Z'), { ...stranger, id: one.id });
    const linked = [...events, link];
    expect(stateOf(linked, email)).toMatchObject({ conflict: false, residence: 'ZZ' });
    expect(stateOf(linked, email).objections).toHaveLength(1);
    expect(stateOf(linked, phone).objections).toHaveLength(0);
    expect(stateOf(linked, stranger).links).toHaveLength(2);
  });

  it('more contact points than a subject may have stay too many for whom the event named', () => {
    const crowded: LedgerEvent = {
      ...told(active('click', '2026-02-01T00:00:00Z'), one),
      overflow: true,
      besides: ['f'.repeat(32)],
    };
    const events = [...twoPeople, crowded, split];
    expect(stateOf(events, email)).toMatchObject({ conflict: true, besides: ['f'.repeat(32)] });
    expect(stateOf(events, phone)).toMatchObject({ conflict: false, besides: [] });
  });
});
