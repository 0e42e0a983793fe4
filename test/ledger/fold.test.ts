import { describe, expect, it } from 'vitest';
import { channelContacts } from '../../shared/contract/vocabulary.ts';
import { limits } from '../../shared/contract/limits.ts';
import { foldSubject } from '../../shared/ledger/fold.ts';
import {
  blocked,
  checked,
  consented,
  contacted,
  objected,
  registered,
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

  it('a consent does not', () => {
    const facts = [
      { ...consented({}, '2026-01-01T00:00:00Z'), subject: email },
      registered({}, '2026-02-01T00:00:00Z'),
    ];
    expect(stateOf(facts, 'email')?.consents).toHaveLength(1);
    expect(stateOf(facts, 'phone')?.consents).toHaveLength(0);
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
