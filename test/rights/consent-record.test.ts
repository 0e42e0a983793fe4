import { describe, expect, it } from 'vitest';
import type { ConsentRecord } from '../../shared/contract/subject-rights.ts';
import { recordedConsents } from '../../shared/rights/consent-record.ts';
import {
  consented,
  consentedToCalls,
  contacted,
  objected,
  requested,
  withdrew,
  wording,
} from '../scenarios/facts.ts';
import type { Fact } from '../scenarios/scenario.ts';
import { erasureOf, eventsOf, termsAt } from './sample-events.ts';

const NOW = '2026-11-22T10:00:00Z';

function recordsOf(
  facts: readonly Fact[],
  more: Parameters<typeof termsAt>[2] = {},
): readonly ConsentRecord[] {
  const terms = termsAt(NOW, 'en', more);
  return recordedConsents(eventsOf(facts), terms).map(({ record }) => record);
}

describe('the record of a consent (DOI-6)', () => {
  const request = requested('2026-02-01T09:12:44Z', {
    channels: ['EMAIL', 'SMS'],
    advertisers: ['acme', 'partner'],
    sectors: ['fashion'],
    evidence: {
      method: 'doi_email',
      url: 'https://shop.example/optin',
      ip: '203.0.113.7',
      userAgent: 'Browser/1',
      locale: 'de-DE',
    },
  });
  const confirmation: Fact = {
    type: 'consent.confirmed',
    at: '2026-02-01T09:15:00Z',
    data: {
      consentId: 'c-1',
      evidence: { method: 'doi_email', ref: 'f'.repeat(64), ip: '203.0.113.8' },
    },
  };

  it('says who asked, how, to what wording, and how it was confirmed', () => {
    const [record, ...more] = recordsOf([request, confirmation]);
    expect(more).toEqual([]);
    expect(record).toMatchObject({
      consentId: 'c-1',
      state: 'CONFIRMED',
      text: 'confirmed',
      channels: ['EMAIL', 'SMS'],
      purposes: ['newsletter.fashion'],
      advertisers: ['acme', 'partner'],
      sectors: ['fashion'],
      form: 'ticked or declared actively',
      wording,
      request: {
        at: '2026-02-01T09:12:44Z',
        source: 'shop',
        method: 'doi_email',
        url: 'https://shop.example/optin',
        reference: null,
        ip: '203.0.113.7',
        userAgent: 'Browser/1',
        locale: 'de-DE',
      },
      confirmation: {
        at: '2026-02-01T09:15:00Z',
        reference: 'f'.repeat(64),
        ip: '203.0.113.8',
        userAgent: null,
      },
      refusals: [],
      use: { first: null, last: null, count: 0 },
    });
  });

  it('names the events that it rests on', () => {
    const facts = [request, confirmation, contacted('EMAIL', '2026-03-01T10:00:00Z')];
    const events = eventsOf(facts);
    const [recorded] = recordedConsents(events, termsAt(NOW));
    expect(recorded?.event).toBe(events[1]?.id);
    expect(recorded?.events.toSorted()).toEqual(events.map(({ id }) => id).toSorted());
  });

  it('of a second confirmation tells what the first one said', () => {
    const again: Fact = { ...confirmation, at: '2026-05-01T10:00:00Z' };
    const [record] = recordsOf([consented(), again]);
    expect(record).toMatchObject({
      channels: ['EMAIL'],
      purposes: ['newsletter.fashion'],
      request: null,
      confirmation: { at: '2026-05-01T10:00:00Z' },
    });
  });

  it('counts contacts on its channels, from its confirmation to its end', () => {
    const [record] = recordsOf([
      contacted('EMAIL', '2026-02-01T09:14:00Z'),
      request,
      confirmation,
      contacted('EMAIL', '2026-03-01T10:00:00Z'),
      contacted('POST', '2026-03-02T10:00:00Z'),
      contacted('SMS', '2026-03-03T10:00:00Z'),
      withdrew({}, '2026-04-01T10:00:00Z'),
      contacted('EMAIL', '2026-04-02T10:00:00Z'),
    ]);
    expect(record?.use).toEqual({
      first: '2026-03-01T10:00:00Z',
      last: '2026-03-03T10:00:00Z',
      count: 2,
    });
    expect(record).toMatchObject({
      state: 'WITHDRAWN',
      refusals: [{ at: '2026-04-01T10:00:00Z', text: 'consents withdrawn; for every channel' }],
    });
  });

  it.each<readonly [name: string, facts: readonly Fact[], states: readonly string[]]>([
    ['a request of today', [requested('2026-11-22T09:00:00Z')], ['REQUESTED']],
    ['a request of last month', [requested('2026-10-01T09:00:00Z')], ['EXPIRED']],
    [
      'a request that was repeated',
      [requested('2026-11-21T09:00:00Z'), requested('2026-11-22T09:00:00Z')],
      ['REQUESTED', 'REPLACED'],
    ],
    [
      'an objection',
      [consented(), objected({ scope: 'all' }, '2026-05-01T10:00:00Z')],
      ['WITHDRAWN'],
    ],
    [
      'two consents, the newer one first',
      [consented(), consented({ consentId: 'c-2' }, '2026-04-01T10:00:00Z')],
      ['CONFIRMED', 'CONFIRMED'],
    ],
  ])('of %s', (_name, facts, states) => {
    expect(recordsOf(facts).map(({ state }) => state)).toEqual(states);
  });

  it('after an erasure is a proof that is kept, and no consent', () => {
    const events = eventsOf([consented()]);
    const erasure = erasureOf(events[0]?.named ?? [], '2026-05-01T10:00:00Z');
    const [recorded] = recordedConsents([...events, erasure], termsAt(NOW, 'de'));
    expect(recorded?.record).toMatchObject({
      state: 'ERASED',
      text: 'gelöscht; nur der Nachweis wird noch aufbewahrt',
      retention: { rule: 'RET-6', until: '2029-12-31T23:00:00Z' },
    });
  });
});

describe('how long a proof is kept', () => {
  it.each<
    readonly [name: string, facts: readonly Fact[], german: boolean, rule: string, until: string]
  >([
    ['in use, from now', [consented()], false, 'RET-6', '2029-12-31T23:00:00Z'],
    [
      'withdrawn, from the withdrawal',
      [consented({}, '2024-03-01T09:00:00Z'), withdrew({}, '2024-12-31T22:59:00Z')],
      false,
      'RET-6',
      '2027-12-31T23:00:00Z',
    ],
    [
      'withdrawn a moment later, in the next year',
      [consented({}, '2024-03-01T09:00:00Z'), withdrew({}, '2024-12-31T23:00:00Z')],
      false,
      'RET-6',
      '2028-12-31T23:00:00Z',
    ],
    ['calls', [consentedToCalls()], true, '§ 7a(2) UWG', '2031-02-10T10:00:00Z'],
    [
      'calls, from the last one',
      [consentedToCalls(), contacted('PHONE_HUMAN', '2026-06-01T10:00:00Z')],
      true,
      '§ 7a(2) UWG',
      '2031-06-01T10:00:00Z',
    ],
    ['calls elsewhere', [consentedToCalls()], false, 'RET-6', '2029-12-31T23:00:00Z'],
    ['a request', [requested('2026-11-20T09:00:00Z')], false, 'RET-10', '2026-12-04T09:00:00Z'],
  ])('%s', (_name, facts, germanCalls, rule, until) => {
    const [record] = recordsOf(facts, { germanCalls });
    expect(record?.retention).toMatchObject({ rule, until });
  });
});
