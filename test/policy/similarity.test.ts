import { describe, expect, it } from 'vitest';
import { similarTo } from '../../shared/policy/similarity.ts';

describe('similar goods (EC-2)', () => {
  it.each([
    ['the same first segment', 'running.shoes', 'running.socks', {}, true],
    ['another first segment', 'running.shoes', 'energy.tariff', {}, false],
    ['a first segment that only begins alike', 'run.shoes', 'running.socks', {}, false],
    ['a category of one segment', 'running', 'running.socks', {}, true],
    [
      'the table names the offer',
      'running.shoes',
      'energy.tariff',
      { 'running.shoes': ['energy.tariff'] },
      true,
    ],
    [
      'the table names the category of the offer',
      'running.shoes',
      'energy.tariff.green',
      { 'running.shoes': ['energy.tariff'] },
      true,
    ],
    [
      'the table names something that begins alike',
      'running.shoes',
      'energy.tariffs',
      { 'running.shoes': ['energy.tariff'] },
      false,
    ],
    [
      'the table is narrower than the first segment',
      'running.shoes',
      'running.socks',
      { 'running.shoes': ['running.laces'] },
      false,
    ],
    [
      'the table speaks of the first segment',
      'running.shoes',
      'running.socks',
      { running: ['running.laces'] },
      false,
    ],
    [
      'the product goes before its first segment',
      'running.shoes',
      'running.socks',
      { 'running.shoes': ['running.socks'], running: [] },
      true,
    ],
    [
      'one of several entries suffices',
      'running.shoes',
      'energy.tariff',
      { running: ['running', 'energy'] },
      true,
    ],
    ['nothing is similar', 'running.shoes', 'running.shoes', { running: [] }, false],
    ['a name that every object has', 'constructor', 'running.socks', {}, false],
  ])('%s', (_name, sold, offered, table, expected) => {
    const isSimilar = similarTo(offered, table);
    expect(isSimilar(sold)).toBe(expected);
    expect(isSimilar(sold)).toBe(expected);
  });

  it('each product is looked up once', () => {
    const lookups: (string | symbol)[] = [];
    const table = new Proxy<Record<string, readonly string[]>>(
      { running: ['running.socks'] },
      {
        getOwnPropertyDescriptor: (target, name) => {
          lookups.push(name);
          return Object.getOwnPropertyDescriptor(target, name);
        },
      },
    );
    const isSimilar = similarTo('running.socks', table);
    expect([isSimilar('running.shoes'), isSimilar('running.shoes')]).toEqual([true, true]);
    expect(lookups).toEqual(['running.shoes', 'running']);
    expect(isSimilar('energy.tariff')).toBe(false);
  });
});
