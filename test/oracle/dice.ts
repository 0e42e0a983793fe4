import { seeded } from '../support/seeded.ts';

/** Choices that look random and are the same for a seed. */
export interface Dice {
  /** A whole number from 0 up to, and without, `below`. */
  number(below: number): number;
  /** True in so many of a hundred throws. */
  chance(percent: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** From one to all of the items, in their order. */
  some<Item>(items: readonly Item[]): Item[];
}

export function diceOf(seed: number): Dice {
  const random = seeded(seed);
  const number = (below: number) => Math.floor(random() * below);
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[number(items.length)];
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  };
  return {
    number,
    chance: (percent) => random() * 100 < percent,
    pick,
    some: (items) => {
      const chosen = items.filter(() => random() < 0.4);
      return chosen.length > 0 ? chosen : [pick(items)];
    },
  };
}
