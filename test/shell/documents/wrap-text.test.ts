import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wrapText } from '../../../functions/shell/documents/wrap-text.ts';

const one = () => 1;

it.each<readonly [name: string, text: string, width: number, lines: readonly string[]]>([
  ['a short text', 'one two', 10, ['one two']],
  ['nothing', '', 10, ['']],
  ['a text at its width', 'one two', 7, ['one two']],
  ['a text one wider', 'one two', 6, ['one', 'two']],
  ['a word longer than a line', 'abcdefgh', 3, ['abc', 'def', 'gh']],
  ['a long word behind a short one', 'a bcdefgh', 4, ['a', 'bcde', 'fgh']],
  ['breaks of its own', 'one\ntwo\r\nthree', 20, ['one', 'two', 'three']],
  ['an empty line', 'one\n\ntwo', 20, ['one', '', 'two']],
  ['a line narrower than a character', 'ab', 0.5, ['a', 'b']],
  ['characters beyond 16 bits', '𝒜𝒷𝒸', 2, ['𝒜𝒷', '𝒸']],
  ['control characters', 'a\tb\u0000c', 20, ['a b c']],
])('wraps %s', (_name, text, width, lines) => {
  expect(wrapText(text, width, one)).toEqual(lines);
});

it('loses no character, and no line of several is wider than asked', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'bb', ' ', '\n', 'ß', '𝒜'), maxLength: 200 });
  const widthOf = (character: string) => (character === ' ' ? 0.5 : 1);
  fc.assert(
    fc.property(text, fc.double({ min: 1, max: 20, noNaN: true }), (given, width) => {
      const lines = wrapText(given, width, widthOf);
      expect(lines.join('').replaceAll(' ', '')).toBe(given.replace(/[ \n]/g, ''));
      for (const line of lines) {
        const length = [...line].reduce((sum, character) => sum + widthOf(character), 0);
        expect(length <= width || line.trim() === '').toBe(true);
      }
    }),
  );
});
