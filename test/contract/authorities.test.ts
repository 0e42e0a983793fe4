import { describe, expect, it } from 'vitest';
import { authorityAt } from '../../shared/contract/authorities.ts';

describe('the authority at an establishment', () => {
  it.each([
    [{ country: 'DE', region: 'DE-NW' }, 'LDI NRW'],
    [{ country: 'AT', region: 'AT-9' }, 'Datenschutzbehörde (DSB)'],
    [{ country: 'FR', region: null }, 'CNIL'],
  ])('of %o is %s', (establishment, name) => {
    expect(authorityAt(establishment)?.name).toBe(name);
  });

  it('is that of the country where the region is of another one', () => {
    const strange = { country: 'AT', region: 'DE-NW' };
    expect(authorityAt(strange)?.name).toBe('Datenschutzbehörde (DSB)');
    expect(authorityAt({ country: 'DE', region: 'AT-9' })).toBeNull();
  });

  it('is nobody’s guess for Germany without a Land', () => {
    expect(authorityAt({ country: 'DE' })).toBeNull();
  });
});
