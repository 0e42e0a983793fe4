import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  domainsOf,
  normaliseDomain,
  normaliseEmail,
  normalisePhone,
  normalisePostal,
} from '../../shared/ledger/identifier.ts';

const postal = {
  name: 'Erika Mustermann',
  street: 'Hauptstraße 5',
  postalCode: '10115',
  city: 'Berlin',
  country: 'DE',
};

describe('identifiers', () => {
  it.each([
    [' Max.Mustermann@EXAMPLE.org ', 'max.mustermann@example.org'],
    ['jose\u0301@example.org', 'jos\u00e9@example.org'],
    ['erika@MÜNCHEN.example', 'erika@xn--mnchen-3ya.example'],
    ['erika+news@example.org', 'erika+news@example.org'],
    ['no address', null],
    ['@example.org', null],
    ['erika@localhost', null],
    ['"erika"@example.org', null],
  ])('e-mail %j', (text, normalised) => {
    expect(normaliseEmail(text)?.normalised ?? null).toBe(normalised);
  });

  it('e-mail of plain letters: the same as by every step that other letters need', () => {
    const letters = [...'aZ09.-_+@@!"(),:;<>[]\\~%/?#'];
    const anyText = fc.string({ unit: fc.constantFrom(...letters), maxLength: 20 });
    const address = fc
      .tuple(anyText, fc.constantFrom('EXAMPLE.org', 'a.example.net', '-x.org', 'localhost', '1.2'))
      .map(([localPart, host]) => `${localPart}@${host}`);
    fc.assert(
      fc.property(fc.oneof(anyText, address), (text) => {
        // A blank is trimmed, and takes the long way.
        expect(normaliseEmail(text)).toEqual(normaliseEmail(` ${text}`));
      }),
    );
  });

  it.each([
    ['+49 (0151) 2345-6789', null],
    ['+49 151 23456789', '+4915123456789'],
    ['0049 151 23456789', '+4915123456789'],
    ['0151 23456789', null],
    ['+1', null],
  ])('phone %j', (text, normalised) => {
    const found = normalisePhone(text)?.normalised ?? null;
    if (normalised !== null) expect(found).toBe(normalised);
    else expect(found === null || found.startsWith('+49')).toBe(true);
  });

  it.each([
    ['the same', {}],
    ['another spelling of the street', { street: 'HAUPTSTR. 5' }],
    ['ss for ß', { street: 'Hauptstrasse 5' }],
    ['blanks', { name: ' Erika  Mustermann', postalCode: '10 115' }],
  ])('post: %s', (_name, change) => {
    expect(normalisePostal({ ...postal, ...change })).toEqual(normalisePostal(postal));
  });

  it('post: another house is another address', () => {
    expect(normalisePostal({ ...postal, street: 'Hauptstraße 6' })).not.toEqual(
      normalisePostal(postal),
    );
  });

  it('a domain, and those above an address', () => {
    expect(normaliseDomain('@Example.ORG')?.normalised).toBe('example.org');
    const address = normaliseEmail('a@mail.example.co.uk');
    expect(address && domainsOf(address).map(({ normalised }) => normalised)).toEqual([
      'mail.example.co.uk',
      'example.co.uk',
      'co.uk',
    ]);
  });
});

it.each([
  ['an address', () => normaliseEmail(`erika@example.org${' '.repeat(300)}`)],
  ['a host', () => normaliseDomain(`example.org${' '.repeat(300)}`)],
  ['a number', () => normalisePhone(`+49 30 23125 100${' '.repeat(40)}`)],
])('%s is not looked into beyond what an event may write of it', (_, normalised) => {
  expect(normalised()).toBeNull();
});
