import { sha256Hex } from '../kernel/hash.ts';

/** A ground is free text and only compared: 48 bits of its hash tell a person's grounds apart. */
const GROUND_DIGITS = 12;
const REDUCED = /^sha256:[0-9a-f]{12}$/;

/** What a state keeps of a ground; the same for a ground that was reduced to it. */
export function groundName(ground: string): string {
  if (REDUCED.test(ground)) return ground.slice('sha256:'.length);
  return sha256Hex(ground.trim().toLowerCase()).slice(0, GROUND_DIGITS);
}

/** The ground without its words, which may be about anybody. */
export function reducedGround(ground: string): string {
  return `sha256:${groundName(ground)}`;
}
