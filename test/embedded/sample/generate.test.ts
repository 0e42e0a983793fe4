import { describe, expect, test } from 'vitest';
import { exportedAt } from '../../../functions/embedded/sample/sample-context.ts';
import { generateSample } from '../../../functions/embedded/sample/generate.ts';
import { landlines, mobiles } from '../../../functions/embedded/sample/names.ts';
import { generatePeople } from '../../../functions/embedded/sample/people.ts';
import { stories } from '../../../functions/embedded/sample/stories.ts';
import { sha256Hex } from '../../../shared/kernel/hash.ts';

const size = { people: 12_000, seed: 7 };
const people = generatePeople(size);
const files = generateSample(size);

/** Whatever stands at a host: reserved by RFC 2606, or nobody's. */
const RESERVED = /(^|[@.])example\.(org|com|net)$/i;

/** Written out from the Federal Network Agency's list of numbers for films, not the program. */
const FICTION = [
  /^\+4915228817386$/,
  /^\+4915228895456$/,
  /^\+4915254599371$/,
  /^\+4917139200\d\d$/,
  /^\+49176040690\d\d$/,
  /^\+493023125\d{3}$/,
  /^\+494066969\d{3}$/,
  /^\+496990009\d{3}$/,
  /^\+492214710\d{3}$/,
  /^\+498999998\d{3}$/,
];

describe('the sample', () => {
  test('is the same byte for byte, whoever makes it and when', () => {
    const small = generateSample({ people: 500, seed: 7 });
    expect(sha256Hex(JSON.stringify(small))).toBe(
      'bb50da68a6db449750aed23077b250c98fbb165f1e00c0f1348353e74101eca3',
    );
    expect(generateSample({ people: 500, seed: 8 })).not.toEqual(small);
  });

  test('has the files of four systems and the feed of the shop', () => {
    expect(files.map(({ format }) => format)).toEqual([
      'mailchimp_subscribed',
      'mailchimp_unsubscribed',
      'mailchimp_cleaned',
      'hubspot_contacts',
      'listmonk_subscribers',
      'mautic_contacts',
      'mautic_donotcontact',
      'webshop_events',
    ]);
    expect(files.every(({ content }) => content.length > 10_000)).toBe(true);
  });

  test('tells every story', () => {
    const told = new Set(people.map(({ story }) => story));
    expect(stories.map(({ name }) => name).filter((name) => !told.has(name))).toEqual([]);
  });

  test('has people in two systems and people entered twice', () => {
    const systems = people.map(({ records }) => records.map(({ system }) => system));
    expect(systems.filter((each) => new Set(each).size > 1).length).toBeGreaterThan(600);
    expect(systems.filter((each) => new Set(each).size < each.length).length).toBeGreaterThan(150);
  });
});

describe('nobody is real', () => {
  test('every address is at a reserved domain', () => {
    const written = people.flatMap(({ email, records }) => [email, ...records.map((r) => r.email)]);
    expect(written.filter((email) => !RESERVED.test(email.trim()))).toEqual([]);
  });

  test('every host in every file is reserved', () => {
    for (const { content } of files) {
      const hosts = content.match(/[\p{L}\d.-]+\.(org|com|net|de|at|eu|io)\b/giu) ?? [];
      expect(hosts.filter((host) => !RESERVED.test(host))).toEqual([]);
    }
  });

  test('every number is set aside for fiction', () => {
    const numbers = [...people.map(({ phone }) => phone ?? ''), ...landlines, ...mobiles];
    const invented = (phone: string) => FICTION.some((range) => range.test(phone));
    expect(numbers.filter((phone) => phone !== '' && !invented(phone))).toEqual([]);
    expect(mobiles.length).toBe(203);
    expect(new Set([...landlines, ...mobiles]).size).toBe(5203);
  });

  test('nobody shares a number, and nobody in Austria has one', () => {
    const numbers = people.flatMap(({ phone }) => (phone === null ? [] : [phone]));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(people.filter(({ postal, phone }) => postal.country === 'AT' && phone !== null)).toEqual(
      [],
    );
  });

  test('every street is one that no town has', () => {
    const streets = people.map(({ postal }) => postal.street);
    expect(streets.filter((street) => !/muster|beispiel|prob/i.test(street))).toEqual([]);
  });
});

test('nothing happened after the day that the sample is made for', () => {
  const latest = new Date(exportedAt).toISOString();
  const times = people.flatMap(({ events }) => events.map(({ occurredAt }) => occurredAt));
  expect(times.filter((time) => time > latest)).toEqual([]);
});
