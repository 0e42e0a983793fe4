import { describe, expect, it } from 'vitest';
import { assert } from '../../shared/kernel/assert.ts';
import { parseInstant } from '../../shared/kernel/instant.ts';
import { contactTimes } from '../../shared/policy/contact-window.ts';
import type { Jurisdiction } from '../../shared/policy/jurisdiction.ts';
import { jurisdictions } from '../../shared/policy/jurisdictions/all.ts';

type Hours = Jurisdiction['windows'][number]['hours'][number];

const germany = jurisdictions.find(({ country }) => country === 'DE');
assert(germany !== undefined, 'Germany has a law');
const [calls] = germany.windows;
assert(calls !== undefined, 'Germany has hours for calls');

/** A law with the same hours every day. */
function lawWith(hours: Hours, holidays: Jurisdiction['publicHolidays'] = {}): Jurisdiction {
  assert(germany !== undefined && calls !== undefined, 'found above');
  const window = { ...calls, hours: [hours, hours, hours, hours, hours, hours, hours] as const };
  const noHolidays = Object.keys(holidays).length === 0;
  const publicHolidays = noHolidays ? germany.publicHolidays : holidays;
  return { ...germany, windows: [window], publicHolidays };
}

function timesOf(laws: readonly Jurisdiction[], at: string, zones = ['Europe/Berlin']) {
  const instant = parseInstant(at);
  assert(instant !== null, 'a test names real instants');
  return contactTimes({ profiles: laws, zones, channel: 'PHONE_HUMAN', instant });
}

function nextOpening(laws: readonly Jurisdiction[], at: string, zones?: string[]): string | null {
  const next = timesOf(laws, at, zones).nextOpening(false);
  return next === null ? null : new Date(next).toISOString();
}

describe('the next opening', () => {
  it('of two laws: when both are open, however they are listed', () => {
    const split = lawWith([
      ['09:00', '12:00'],
      ['14:00', '18:00'],
    ]);
    const late = lawWith([['10:00', '20:00']]);
    const early = '2026-11-23T07:00:00+01:00';
    expect(nextOpening([split, late], early)).toBe('2026-11-23T09:00:00.000Z');
    expect(nextOpening([late, split], early)).toBe('2026-11-23T09:00:00.000Z');
    expect(nextOpening([split, late], '2026-11-23T12:30:00+01:00')).toBe(
      '2026-11-23T13:00:00.000Z',
    );
  });

  it('of two zones: when it is open in both', () => {
    const law = lawWith([['09:00', '12:00']]);
    const zones = ['Europe/Berlin', 'Europe/London'];
    expect(nextOpening([law], '2026-11-23T07:00:00+01:00', zones)).toBe('2026-11-23T09:00:00.000Z');
    expect(nextOpening([law], '2026-11-23T07:00:00+01:00', zones.toReversed())).toBe(
      '2026-11-23T09:00:00.000Z',
    );
  });

  it('of hours that never meet: none', () => {
    const morning = lawWith([['08:00', '12:00']]);
    const evening = lawWith([['16:00', '20:00']]);
    expect(nextOpening([morning, evening], '2026-11-23T07:00:00+01:00')).toBeNull();
  });

  it('is searched for three weeks', () => {
    const days = (count: number) =>
      Array.from({ length: count }, (_day, index) => `03-${String(index + 1).padStart(2, '0')}`);
    const closed = (count: number) =>
      lawWith([['08:00', '20:00']], { 2026: days(count).join(' ') });
    const first = '2026-03-01T10:00:00+01:00';
    expect(nextOpening([closed(20)], first)).toBe('2026-03-21T07:00:00.000Z');
    expect(nextOpening([closed(21)], first)).toBeNull();
    expect(timesOf([closed(20)], first).open).toBe(false);
  });

  it('is not before the instant', () => {
    const law = lawWith([['08:00', '20:00']]);
    expect(nextOpening([law], '2026-11-23T08:00:00+01:00')).toBe('2026-11-23T07:00:00.000Z');
    expect(nextOpening([law], '2026-11-23T08:00:01+01:00')).toBe('2026-11-24T07:00:00.000Z');
  });
});

describe('hours of a law', () => {
  it('hold from the first minute to the one before the last', () => {
    const law = lawWith([['08:00', '20:00']]);
    expect(timesOf([law], '2026-11-23T07:59:59+01:00').open).toBe(false);
    expect(timesOf([law], '2026-11-23T08:00:00+01:00').open).toBe(true);
    expect(timesOf([law], '2026-11-23T19:59:59+01:00').open).toBe(true);
    expect(timesOf([law], '2026-11-23T20:00:00+01:00').open).toBe(false);
  });

  it('until midnight are open to the end of the day', () => {
    const law = lawWith([['00:00', '24:00']]);
    expect(timesOf([law], '2026-11-23T23:59:59+01:00').open).toBe(true);
    expect(timesOf([law], '2026-11-23T00:00:00+01:00').open).toBe(true);
  });

  it('that a consent overrides are open to it, and to nobody else', () => {
    const [window] = lawWith([['08:00', '20:00']]).windows;
    assert(window !== undefined, 'the law has a window');
    const law = { ...lawWith([]), windows: [{ ...window, consentOverrides: true }] };
    const night = timesOf([law], '2026-11-23T03:00:00+01:00');
    expect(night.open).toBe(false);
    expect(night.openWithConsent).toBe(true);
    expect(timesOf([law, lawWith([])], '2026-11-23T12:00:00+01:00').openWithConsent).toBe(false);
  });

  it('concern no other channel', () => {
    const instant = Date.UTC(2026, 10, 23, 3);
    const times = contactTimes({
      profiles: [lawWith([])],
      zones: ['Europe/Berlin'],
      channel: 'EMAIL',
      instant,
    });
    expect([times.open, times.openWithConsent, times.nextOpening(true)]).toEqual([
      true,
      true,
      null,
    ]);
  });
});
