import { describe, expect, test } from 'vitest';
import { formatInstant } from '../../../shared/kernel/instant.ts';
import {
  localOffsetMs,
  parseExportDate,
  parseExportTime,
} from '../../../shared/ledger/crm/local-time.ts';

const times: readonly (readonly [string, string, string | null])[] = [
  ['UTC', '2026-03-01 09:12:44', '2026-03-01T09:12:44Z'],
  ['UTC', '2026-03-01T09:12', '2026-03-01T09:12:00Z'],
  ['Europe/Berlin', '2026-01-15 09:12', '2026-01-15T08:12:00Z'],
  ['Europe/Berlin', '2026-07-15 09:12', '2026-07-15T07:12:00Z'],
  ['Europe/Berlin', '2026-03-29 01:59:59', '2026-03-29T00:59:59Z'],
  ['Europe/Berlin', '2026-03-29 03:00:00', '2026-03-29T01:00:00Z'],
  ['Europe/Berlin', '2026-10-25 02:30:00', '2026-10-25T00:30:00Z'],
  ['Europe/Berlin', '2026-10-25 03:00:00', '2026-10-25T02:00:00Z'],
  ['America/New_York', '2026-02-03', '2026-02-03T05:00:00Z'],
  ['Europe/Berlin', '2020-02-10T23:07:16.199433+01:00', '2020-02-10T22:07:16.199Z'],
  ['Europe/Berlin', '2020-02-10 23:07:16.199433 +0530 IST', '2020-02-10T17:37:16.199Z'],
  ['Europe/Berlin', '2020-02-10 23:07:16 +0000 +0000', '2020-02-10T23:07:16Z'],
  ['UTC', '2026-02-30 09:12:44', null],
  ['UTC', '2026-02-03 24:00:00', null],
  ['UTC', '02/03/2026 09:12', null],
  ['UTC', 'yesterday', null],
  ['UTC', '', null],
];

describe('a time of an export', () => {
  test.each(times)('in %s, %s', (zone, text, instant) => {
    const parsed = parseExportTime(text, zone);
    expect(parsed === null ? null : formatInstant(parsed)).toBe(instant);
  });

  test('the same day is read the same way again', () => {
    const local = Date.UTC(2026, 6, 15, 9);
    expect(localOffsetMs(local, 'Europe/Vienna')).toBe(localOffsetMs(local, 'Europe/Vienna'));
  });
});

const dates: readonly (readonly [string, string | null])[] = [
  ['1994-03-07', '1994-03-07'],
  ['1994-03-07 00:00', '1994-03-07'],
  ['7.3.1994', '1994-03-07'],
  ['07.03.1994', '1994-03-07'],
  ['31.02.1994', null],
  ['03/07/1994', null],
  ['03/07', null],
];

test.each(dates)('a date of an export, %s', (text, date) => {
  expect(parseExportDate(text)).toBe(date);
});
