import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jurisdictions } from '../../shared/policy/jurisdictions/all.ts';
import { holidayFiles } from '../support/generate-holidays.ts';

const root = new URL('../../', import.meta.url);

describe('public holidays', () => {
  it.each(holidayFiles())('$path is what the generator makes', ({ path, content }) => {
    expect(readFileSync(new URL(path, root), 'utf8')).toBe(content);
  });

  it('every country has them for every year', () => {
    for (const { publicHolidays } of jurisdictions) {
      expect(Object.keys(publicHolidays)).toHaveLength(8);
    }
  });
});
