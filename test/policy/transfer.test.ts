import { describe, expect, it } from 'vitest';
import { mayReceive } from '../../shared/policy/transfer.ts';

type Processor = Parameters<typeof mayReceive>[0];

function inCountry(country: string, basis: Processor['transfer']['basis'], ref: string | null) {
  return mayReceive({ name: 'P', country, contractRef: 'AVV-7', transfer: { basis, ref } });
}

const area = [
  ...['AT', 'BE', 'BG', 'HR', 'CY', 'CZ', 'DK', 'EE', 'FI', 'FR', 'DE', 'GR', 'HU', 'IE'],
  ...['IT', 'LV', 'LT', 'LU', 'MT', 'NL', 'PL', 'PT', 'RO', 'SK', 'SI', 'ES', 'SE'],
  ...['IS', 'LI', 'NO'],
];
const adequate = [
  'AD',
  'AR',
  'CA',
  'FO',
  'GG',
  'IL',
  'IM',
  'JP',
  'JE',
  'NZ',
  'KR',
  'CH',
  'GB',
  'UY',
];

describe('where a processor may sit (RULES TRF-1)', () => {
  it.each(area)('%s: within the area no basis is asked for', (country) => {
    expect(inCountry(country, 'none', null)).toBe(true);
  });

  it.each(adequate)('%s: on the decision that it is adequate, and on nothing less', (country) => {
    expect(inCountry(country, 'adequacy', null)).toBe(true);
    expect(inCountry(country, 'not_needed', null)).toBe(true);
    expect(inCountry(country, 'none', null)).toBe(false);
    expect(inCountry(country, 'dpf', 'DPF-1')).toBe(false);
  });

  it.each(['US', 'IN', 'CN', 'RU', ''])('%s: no decision says that it is adequate', (country) => {
    expect(inCountry(country, 'adequacy', 'A-1')).toBe(false);
    expect(inCountry(country, 'not_needed', 'A-1')).toBe(false);
    expect(inCountry(country, 'none', 'A-1')).toBe(false);
  });

  it.each(['scc', 'bcr'] as const)('%s: anywhere, when they are on file', (basis) => {
    expect(inCountry('IN', basis, 'REF-1')).toBe(true);
    expect(inCountry('IN', basis, null)).toBe(false);
  });

  it('the Data Privacy Framework: an entry in the United States', () => {
    expect(inCountry('US', 'dpf', 'DPF-1')).toBe(true);
    expect(inCountry('US', 'dpf', null)).toBe(false);
    expect(inCountry('IN', 'dpf', 'DPF-1')).toBe(false);
  });
});
