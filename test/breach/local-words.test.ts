import { expect, it } from 'vitest';
import { categoryWords } from '../../shared/breach/local-words.ts';

it('categories that the gate proposes are words, and words of people stay', () => {
  const names = ['email', 'purchase_history', 'constructor', 'Fotos vom Sommerfest'];
  expect(categoryWords(names, 'de')).toEqual([
    ...['E-Mail-Adressen', 'Käufe', 'constructor', 'Fotos vom Sommerfest'],
  ]);
  expect(categoryWords(names, 'en')?.slice(0, 2)).toEqual(['e-mail addresses', 'purchases']);
  expect(categoryWords(undefined, 'de')).toBeUndefined();
});
