import { describe, expect, it } from 'vitest';
import type { PolicyOverrides } from '../../shared/contract/policy-overrides.ts';
import { channels, type Channel } from '../../shared/contract/vocabulary.ts';
import { assert } from '../../shared/kernel/assert.ts';
import { channelBit, channelSet } from '../../shared/ledger/contact-point-state.ts';
import { contactCaps, refusalCooldown } from '../../shared/policy/contact-frequency.ts';
import { inForce, type Jurisdiction } from '../../shared/policy/jurisdiction.ts';
import { jurisdictions } from '../../shared/policy/jurisdictions/all.ts';
import { tightenedBy, type PolicyParameters } from '../../shared/policy/policy.ts';

const instant = Date.UTC(2026, 10, 23, 9);
const policy = tightenedBy(undefined);

function lawOf(country: string): Jurisdiction {
  const found = inForce(jurisdictions, country, instant);
  assert(found !== null, 'the country has a law');
  return found;
}

const electronic: readonly Channel[] = [
  ...(['EMAIL', 'SMS', 'MMS', 'MESSENGER', 'PUSH_APP', 'PUSH_WEB'] as const),
  ...(['INBOX_AD', 'SOCIAL_DM', 'FAX'] as const),
];
const calls: readonly Channel[] = ['PHONE_HUMAN', 'PHONE_AUTO'];
const free: readonly Channel[] = ['INAPP', 'CUSTOM_AUDIENCE'];

/** `2 in 7 days`, with the channels that add up; `daysBefore` answers with the days themselves. */
function capsOf(channel: Channel, countries: readonly string[], parameters = policy) {
  const profiles = countries.map(lawOf);
  return contactCaps({ profiles, channel, parameters, daysBefore: (days) => days }).map((cap) => {
    expect(cap.since).toBe(cap.rollingDays);
    return [cap.max, cap.rollingDays, cap.channels];
  });
}

describe('caps on contacts', () => {
  it('every channel is in one family, or free', () => {
    expect([...electronic, ...calls, 'POST', ...free].sort()).toEqual([...channels].sort());
  });

  it.each(electronic)(
    '%s: two in a week and six in 30 days, all of its kind together',
    (channel) => {
      const all = channelSet(electronic);
      expect(capsOf(channel, ['DE'])).toEqual([
        [2, 7, all],
        [6, 30, all],
      ]);
      expect(capsOf(channel, ['FR'])).toEqual(capsOf(channel, ['DE']));
      expect(capsOf(channel, [])).toEqual(capsOf(channel, ['DE']));
    },
  );

  it.each(calls)('%s: one in 30 days by policy, four by the law of France', (channel) => {
    const both = channelSet(calls);
    expect(capsOf(channel, ['DE'])).toEqual([[1, 30, both]]);
    expect(capsOf(channel, [])).toEqual([[1, 30, both]]);
    expect(capsOf(channel, ['FR'])).toEqual([[4, 30, both]]);
    expect(capsOf(channel, ['FR', 'DE'])).toEqual([
      [4, 30, both],
      [1, 30, both],
    ]);
  });

  it('POST: one in a fortnight', () => {
    expect(capsOf('POST', ['DE'])).toEqual([[1, 14, channelBit('POST')]]);
  });

  it.each(free)('%s: none', (channel) => {
    expect(capsOf(channel, ['DE'])).toEqual([]);
    expect(capsOf(channel, ['FR'])).toEqual([]);
  });

  it('a controller that tightens its own cap does so everywhere', () => {
    const strict = tightenedBy({ frequency: { callsPerMonth: 0 } });
    expect(capsOf('PHONE_HUMAN', ['FR'], strict)).toEqual([
      [4, 30, channelSet(calls)],
      [0, 30, channelSet(calls)],
    ]);
  });
});

describe('a cap of the policy beside one of the country', () => {
  /** No country of the book has caps on messages or letters; this one has. */
  const capped = (channel: Channel): Jurisdiction => ({
    ...lawOf('DE'),
    caps: [{ channels: [channel], max: 5, rollingDays: 10, authority: 'made up' }],
  });
  const limitsOf = (channel: Channel, parameters: PolicyParameters) =>
    contactCaps({ profiles: [capped(channel)], channel, parameters, daysBefore: (days) => days })
      .map(({ max, rollingDays }) => `${max} in ${rollingDays}`)
      .join(', ');

  it.each<readonly [Channel, PolicyOverrides, string]>([
    ['EMAIL', {}, '5 in 10'],
    ['EMAIL', { frequency: { electronicPerWeek: 2 } }, '5 in 10, 2 in 7'],
    ['EMAIL', { frequency: { electronicPerMonth: 6 } }, '5 in 10, 6 in 30'],
    ['EMAIL', { frequency: { postPerFortnight: 1, callsPerMonth: 1 } }, '5 in 10'],
    ['PHONE_HUMAN', {}, '5 in 10'],
    ['PHONE_HUMAN', { frequency: { callsPerMonth: 1 } }, '5 in 10, 1 in 30'],
    ['POST', {}, '5 in 10'],
    ['POST', { frequency: { postPerFortnight: 1 } }, '5 in 10, 1 in 14'],
    ['POST', { frequency: { electronicPerWeek: 2 } }, '5 in 10'],
  ])('%s, somebody has named %j: %s', (channel, named, expected) => {
    expect(limitsOf(channel, tightenedBy(named))).toBe(expected);
  });
});

describe('cool-down after a refusal', () => {
  const cooldownOf = (
    channel: Channel,
    countries: readonly string[],
    parameters: PolicyParameters = policy,
    timeZones: readonly string[] = ['Europe/Berlin'],
  ) => {
    const profiles = countries.map(lawOf);
    return refusalCooldown({ profiles, channel, parameters, timeZones, instant });
  };
  const longer = tightenedBy({ frequency: { refusalCooldownDays: 120 } });

  it.each<readonly [string, number, Channel, readonly string[], PolicyParameters]>([
    ['by policy', 90, 'PHONE_HUMAN', ['DE'], policy],
    ['by the law of France', 60, 'PHONE_HUMAN', ['FR'], policy],
    ['the law of France is on calls', 90, 'EMAIL', ['FR'], policy],
    ['the longer one of two countries', 90, 'PHONE_HUMAN', ['FR', 'DE'], policy],
    ['lengthened by the controller', 120, 'PHONE_HUMAN', ['FR'], longer],
    ['where no law is known', 90, 'PHONE_HUMAN', [], policy],
  ])('%s: %i days', (_name, days, channel, countries, parameters) => {
    expect(cooldownOf(channel, countries, parameters).days).toBe(days);
  });

  it('concerns all channels of a kind', () => {
    expect(cooldownOf('PHONE_AUTO', ['DE']).channels).toBe(channelSet(calls));
    expect(cooldownOf('SMS', ['DE']).channels).toBe(channelSet(electronic));
    expect(cooldownOf('POST', ['DE']).channels).toBe(channelBit('POST'));
    for (const channel of free) {
      expect(cooldownOf(channel, ['DE']).channels, channel).toBe(channelBit(channel));
    }
  });

  it('counts whole days, by the clock of the recipient', () => {
    const { since, endOf } = cooldownOf('PHONE_HUMAN', ['FR']);
    // Sixty whole days lie between: who refused on 24 September is left alone on 23 November.
    expect(new Date(since).toISOString()).toBe('2026-09-23T22:00:00.000Z');
    const refusedAt = Date.UTC(2026, 8, 25, 15, 30);
    expect(new Date(endOf(refusedAt)).toISOString()).toBe('2026-11-24T23:00:00.000Z');
  });

  it.each([[['Europe/Madrid', 'Atlantic/Canary']], [['Atlantic/Canary', 'Europe/Madrid']]])(
    'is over when it is over everywhere the recipient may be: %s',
    (zones) => {
      const { since, endOf } = cooldownOf('PHONE_HUMAN', ['ES'], policy, zones);
      expect(new Date(since).toISOString()).toBe('2026-08-24T22:00:00.000Z');
      const refusedAt = Date.UTC(2026, 9, 1, 15, 30);
      expect(new Date(endOf(refusedAt)).toISOString()).toBe('2026-12-31T00:00:00.000Z');
    },
  );
});
