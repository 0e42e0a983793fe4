import { describe, expect, it } from 'vitest';
import { channelContacts } from '../../shared/contract/vocabulary.ts';
import { limits } from '../../shared/contract/limits.ts';
import { foldSubject } from '../../shared/ledger/fold.ts';
import {
  active,
  blocked,
  bought,
  checked,
  consented,
  contacted,
  objected,
  registered,
  requested,
  withdrew,
} from '../scenarios/facts.ts';
import { ConsentEvent } from '../../shared/contract/events.ts';
import { personIn, type Fact } from '../scenarios/scenario.ts';
import { ledgerEvent } from '../support/policy-harness.ts';

/** An event about one person, unless the fact names another. */
function eventOf({ type, at, data, subject }: Fact, place: number) {
  return ledgerEvent(
    ConsentEvent.parse({
      id: `fold-${place}`,
      source: 'fold',
      type,
      occurredAt: at,
      controller: 'fold',
      subject: subject ?? personIn('DE'),
      data,
    }),
  );
}

/** The state of the contact point of a kind, from facts about one subject. */
function stateOf(facts: readonly Fact[], kind: 'email' | 'phone' | 'postal' | 'id' = 'email') {
  const states = foldSubject(facts.map(eventOf), { anchors: [], keyVersion: 1 });
  return [...states.values()].find((state) => state.kind === kind);
}

const email = { email: 'erika@example.org' };
const phone = { phone: '+4915123456789' };

describe('the fold of a subject', () => {
  it('copies the facts of the person to every contact point', () => {
    const facts = [registered({ birthDate: '1990-01-01' })];
    for (const kind of ['email', 'phone', 'postal', 'id'] as const) {
      expect(stateOf(facts, kind)).toMatchObject({ residence: 'DE', birthDate: '1990-01-01' });
    }
  });

  it('an objection reaches what was linked only later', () => {
    const facts = [
      { ...objected({ scope: 'all' }, '2026-01-01T00:00:00Z'), subject: email },
      registered({}, '2026-02-01T00:00:00Z'),
    ];
    expect(stateOf(facts, 'phone')?.objections).toHaveLength(1);
  });

  it('a link that only a refusal has made carries no permission, and no description', () => {
    const facts = [
      registered(),
      consented(),
      {
        ...objected({ scope: 'profiling' }, '2026-01-01T00:00:00Z'),
        subject: { ...email, id: 'crm-9' },
      },
    ];
    const named = stateOf(facts, 'id');
    expect(named?.profilingObjection).not.toBeNull();
    expect(named).toMatchObject({ conflict: true });
    const other = foldSubject(
      [
        eventOf({ ...registered(), subject: { id: 'crm-17' } }, 0),
        eventOf({ ...consented(), subject: { id: 'crm-17' } }, 1),
        eventOf(
          {
            ...objected({ scope: 'profiling' }, '2026-01-01T00:00:00Z'),
            subject: { ...email, id: 'crm-17' },
          },
          2,
        ),
      ],
      { anchors: [], keyVersion: 1 },
    );
    const linked = [...other.values()].find(({ kind }) => kind === 'email');
    expect(linked).toMatchObject({ consents: [], residence: 'ZZ', origin: null });
    expect(linked?.profilingObjection).not.toBeNull();
  });

  it('who shares a contact point narrows what is known of it, and widens nothing', () => {
    const adult = { residence: 'DE', recipientType: 'BUSINESS_PERSON' };
    const foreign = { kind: 'third_party', source: 'list', obtainedAt: '2026-01-01T00:00:00Z' };
    const child = { residence: 'US', birthDate: '2012-01-01', origin: foreign };
    const facts = [
      { ...registered(adult), subject: { id: 'crm-1', ...email } },
      { ...registered(child), subject: { id: 'crm-2', ...phone } },
      {
        ...objected({ scope: 'channel', channels: ['POST'] }, '2026-02-01T00:00:00Z'),
        subject: { id: 'crm-2', ...email },
      },
    ];
    expect(stateOf(facts)).toMatchObject({
      conflict: true,
      residence: 'ZZ',
      recipientType: 'CONSUMER',
      birthDate: '2012-01-01',
      origin: { kind: 'third_party' },
    });
    expect(stateOf(facts.slice(0, 2))).toMatchObject({ residence: 'DE', birthDate: null });
  });

  it('a number that two people share has no one country where one of them named another', () => {
    const said = registered({ numberCountry: 'AT' }, '2026-01-01T00:00:00Z');
    const facts = [
      { ...said, subject: { id: 'crm-1' } },
      { ...registered({}, '2026-02-01T00:00:00Z'), subject: { id: 'crm-1', ...phone } },
      { ...active('open', '2026-03-01T00:00:00Z'), subject: { id: 'crm-2', ...phone } },
    ];
    expect(stateOf(facts.slice(0, 2), 'phone')).toMatchObject({ numberCountry: 'AT' });
    expect(stateOf(facts, 'phone')).toMatchObject({ conflict: true, numberCountry: 'ZZ' });
  });

  it('a number that is linked later has no one country where another one was stated before', () => {
    const stated = registered({ numberCountry: 'AT' }, '2026-01-01T00:00:00Z');
    const known = { ...active('open', '2026-02-01T00:00:00Z'), subject: phone };
    const link = {
      ...active('open', '2026-03-01T00:00:00Z'),
      subject: { id: 'crm-1', ...phone },
    };
    const facts = [{ ...stated, subject: { id: 'crm-1' } }, known, link];
    expect(stateOf([known], 'phone')).toMatchObject({ numberCountry: 'DE' });
    expect(stateOf(facts, 'phone')).toMatchObject({ conflict: false, numberCountry: 'ZZ' });
    // Without the statement, the number keeps its own.
    expect(stateOf([known, link], 'phone')).toMatchObject({ numberCountry: 'DE' });
  });

  it('the last report on a sale counts, and each was a contact', () => {
    const first = bought({ saleId: 's-9', status: 'ongoing_contract' }, '2024-01-01T00:00:00Z');
    const last = bought({ saleId: 's-9', status: 'abandoned_cart' }, '2025-01-01T00:00:00Z');
    expect(stateOf([registered(), last, first])?.sales).toMatchObject([
      { status: 'abandoned_cart' },
    ]);
    const active = stateOf([registered(), first, last])?.lastActive?.at;
    expect(active).toBe(Date.parse('2025-01-01T00:00:00Z'));
  });

  it('a second confirmation neither answers the first request nor heals a late answer', () => {
    const facts = [
      requested('2024-01-30T16:22:00Z'),
      { ...consented(), at: '2024-01-30T16:32:00Z', data: { consentId: 'c-1' } },
      { ...consented(), at: '2025-01-16T08:00:00Z', data: { consentId: 'c-1' } },
      { ...consented(), at: '2025-02-16T08:00:00Z', data: { consentId: 'c-1' } },
    ];
    const requestedAt = Date.parse('2024-01-30T16:22:00Z');
    const answeredAt = Date.parse('2024-01-30T16:32:00Z');
    expect(stateOf(facts.slice(0, 2))?.consents).toMatchObject([{ requestedAt, answeredAt: null }]);
    expect(stateOf(facts.slice(0, 3))?.consents).toMatchObject([{ requestedAt, answeredAt }]);
    expect(stateOf(facts)?.consents).toMatchObject([
      { requestedAt, answeredAt, confirmedAt: Date.parse('2025-02-16T08:00:00Z') },
    ]);
    // What says everything itself rests on no request.
    const whole = { ...consented(), at: '2025-03-16T08:00:00Z' };
    expect(stateOf([...facts, whole])?.consents).toMatchObject([
      { requestedAt: null, answeredAt: null },
    ]);
  });

  it('what is said of a part in the instant of its link gives way to no other part', () => {
    const email = { email: 'erika@example.org' };
    const at = '2026-01-01T00:00:00Z';
    const facts = [
      { ...registered({ residence: 'IT' }, at), subject: { id: 'crm-1', ...email } },
      { ...registered({ residence: 'PL' }, at), subject: { id: 'crm-1' } },
    ];
    for (const order of [facts, facts.toReversed()]) {
      expect(stateOf(order)).toMatchObject({ residence: 'ZZ' });
    }
    const later = { ...registered({ residence: 'AT' }, '2026-02-01T00:00:00Z') };
    expect(stateOf([...facts, { ...later, subject: { id: 'crm-1', ...email } }])).toMatchObject({
      residence: 'AT',
    });
  });

  it('a second hold of a kind does not shorten the first', () => {
    const hold = (at: string, until: string | null) => ({
      type: 'hold.set' as const,
      at,
      data: { kind: 'tax', ...(until === null ? {} : { until }) },
    });
    const held = (...facts: readonly Fact[]) => stateOf([registered(), ...facts])?.holds[0]?.until;
    const long = hold('2026-01-01T00:00:00Z', '2032-01-01T00:00:00Z');
    const short = hold('2026-02-01T00:00:00Z', '2027-01-01T00:00:00Z');
    expect(held(long, short)).toBe(Date.parse('2032-01-01T00:00:00Z'));
    expect(held(short)).toBe(Date.parse('2027-01-01T00:00:00Z'));
    expect(held(hold('2026-01-01T00:00:00Z', null), short)).toBeNull();
  });

  it('a consent does not', () => {
    const facts = [
      { ...consented({}, '2026-01-01T00:00:00Z'), subject: email },
      registered({}, '2026-02-01T00:00:00Z'),
    ];
    expect(stateOf(facts, 'email')?.consents).toHaveLength(1);
    expect(stateOf(facts, 'phone')?.consents).toHaveLength(0);
  });

  it('what is linked in the same instant carries no permission, whatever it is called', () => {
    const at = '2026-01-01T00:00:00Z';
    const linking = { ...registered({}, at), subject: { id: 'crm-17', ...email } };
    const permitting = { ...consented({}, at), subject: { id: 'crm-17' } };
    for (const facts of [
      [linking, permitting],
      [permitting, linking],
    ]) {
      expect(stateOf(facts)?.consents).toHaveLength(0);
      expect(stateOf(facts, 'id')?.consents).toHaveLength(1);
    }
    const before = { ...linking, at: '2025-12-31T23:59:59.999Z' };
    expect(stateOf([permitting, before])?.consents).toHaveLength(1);
  });

  it('a permission reaches what is linked to any of its names', () => {
    const facts = [
      { ...registered({}, '2026-01-01T00:00:00Z'), subject: { id: 'crm-17', ...phone } },
      { ...consented({}, '2026-01-02T00:00:00Z'), subject: { ...email, id: 'crm-17' } },
    ];
    expect(stateOf(facts, 'phone')?.consents).toHaveLength(1);
  });

  it('a merge takes what was unknown, and of what was known the stricter', () => {
    const adult = registered({ recipientType: 'BUSINESS_PERSON' }, '2026-01-01T00:00:00Z');
    const own = { ...adult, subject: email };
    const old = { kind: 'own', source: 'shop', obtainedAt: '2020-01-01T00:00:00Z' };
    const said = { residence: 'AT', birthDate: '2012-01-01', origin: old };
    const moved = { ...registered({ residence: 'FR' }, '2025-01-01T00:00:00Z'), subject: phone };
    const other = { ...registered(said, '2026-02-01T00:00:00Z'), subject: phone };
    const link = { ...active('click', '2026-03-01T00:00:00Z'), subject: { ...email, ...phone } };
    expect(stateOf([own, moved, other, link])).toMatchObject({
      residence: 'ZZ',
      recipientType: 'CONSUMER',
      birthDate: '2012-01-01',
      origin: { obtainedAt: Date.parse('2020-01-01T00:00:00Z') },
    });
    const unknown = { ...consented({}, '2026-01-01T00:00:00Z'), subject: email };
    // What was said of the other last, not what was said before.
    expect(stateOf([unknown, moved, other, link])).toMatchObject({ residence: 'AT' });
    const anew = { ...registered({}, '2026-04-01T00:00:00Z'), subject: phone };
    expect(stateOf([own, moved, other, link, anew])).toMatchObject({ residence: 'DE' });
    // In the same instant as well.
    for (const facts of [
      [own, { ...other, at: link.at }, link],
      [own, link, { ...other, at: link.at }],
    ]) {
      expect(stateOf(facts)).toMatchObject({ residence: 'ZZ', birthDate: '2012-01-01' });
    }
  });

  it('a contact counts with everybody, and uses only what was linked by then', () => {
    const facts = [
      { ...consented({}, '2026-01-01T00:00:00Z'), subject: email },
      { ...contacted('EMAIL', '2026-01-02T00:00:00Z'), subject: { id: 'crm-17' } },
      { ...active('click', '2026-01-03T00:00:00Z'), subject: { ...email, id: 'crm-17' } },
    ];
    const before = stateOf(facts);
    expect(before?.contacts).toMatchObject([{ isUse: false }]);
    expect(before?.consents).toMatchObject([{ firstUsedAt: null }]);
    const after = { ...contacted('EMAIL', '2026-01-04T00:00:00Z'), subject: { id: 'crm-17' } };
    const used = stateOf([...facts, after]);
    expect(used?.contacts).toMatchObject([{ isUse: true }, { isUse: false }]);
    expect(used?.consents).toMatchObject([{ firstUsedAt: Date.parse(after.at) }]);
  });

  it('two ids at one address are a conflict', () => {
    const facts = ['crm-1', 'crm-2'].map((id) => ({
      ...registered(),
      subject: { id, ...email },
    }));
    expect(stateOf(facts)?.conflict).toBe(true);
  });

  it('a withdrawal without a scope is an objection too, one of a purpose is none', () => {
    const at = '2026-06-01T00:00:00Z';
    expect(stateOf([withdrew({}, at)])?.objections).toHaveLength(1);
    expect(stateOf([withdrew({ purposes: ['a'] }, at)])?.objections).toHaveLength(0);
  });

  it('a result of a register is about the contact point that was asked for', () => {
    const facts = [registered(), { ...checked('GB_TPS'), subject: phone }];
    expect(stateOf(facts, 'phone')?.registers).toHaveLength(1);
    expect(stateOf(facts, 'email')?.registers).toHaveLength(0);
  });

  it('of two results the one that was checked later counts, whatever came last', () => {
    const facts = [
      checked('GB_TPS', { listed: true, checkedAt: '2026-11-01T00:00:00Z' }),
      { ...checked('GB_TPS', { checkedAt: '2026-10-01T00:00:00Z' }), at: '2026-11-05T00:00:00Z' },
    ];
    expect(stateOf(facts, 'phone')?.registers).toMatchObject([{ listed: true }]);
  });

  it('a bounce is about the contact point of its channel', () => {
    const bounced = {
      type: 'delivery.bounced' as const,
      at: '2026-06-01T00:00:00Z',
      data: { channel: 'EMAIL', permanent: true },
    };
    expect(channelContacts.EMAIL).toBe('email');
    expect(stateOf([registered(), bounced], 'email')?.undeliverable).not.toBeNull();
    expect(stateOf([registered(), bounced], 'phone')?.undeliverable).toBeNull();
  });

  it('on a tie in time the refusal comes last', () => {
    const at = '2026-06-01T00:00:00Z';
    const removed = { ...blocked({}, at), type: 'blocklist.removed' as const };
    expect(stateOf([blocked({}, at), removed])?.blocks).toHaveLength(1);
    expect(stateOf([removed, blocked({}, at)])?.blocks).toHaveLength(1);
  });

  it('keeps the newest contacts of each kind: many of one hide none of another', () => {
    const flood = Array.from({ length: limits.contactsKept + 5 }, (_, minute) =>
      contacted('INAPP', `2026-11-20T08:${String(minute).padStart(2, '0')}:00Z`),
    );
    const facts = [contacted('PHONE_HUMAN', '2026-11-19T08:00:00Z'), ...flood];
    const contacts = stateOf(facts)?.contacts ?? [];
    expect(contacts).toHaveLength(limits.contactsKept);
    expect(new Set(contacts.map(({ channel }) => channel)).size).toBe(2);
    expect(contacts.map(({ at }) => at)).toEqual(
      contacts.map(({ at }) => at).sort((left, right) => right - left),
    );
  });
});
