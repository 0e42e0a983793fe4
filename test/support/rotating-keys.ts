import { createKeys } from '../../functions/shell/keys.ts';
import type { Keys } from '../../functions/shell/ports/keys.ts';

export interface RotatingKeys {
  /** The ring as the gate has it: what it says changes when a test rotates it. */
  readonly keys: Keys;
  /** Makes a version the current one; it is added where it is new. */
  use(version: number): void;
  /** Takes a version out of the ring, which nobody must ever do. */
  lose(version: number): void;
}

/** A key ring that begins with version 1, and changes while the gate that has it runs. */
export function rotatingKeys(): RotatingKeys {
  const versions = new Set([1]);
  const ringOf = (current: number) =>
    createKeys({
      identifierKeys: [...versions].map((version) => ({
        version,
        secret: Buffer.alloc(32, version).toString('base64'),
      })),
      current,
    });
  let ring = ringOf(1);
  return {
    keys: {
      get current() {
        return ring.current;
      },
      get versions() {
        return ring.versions;
      },
      version: (version) => ring.version(version),
    },
    use: (version) => {
      versions.add(version);
      ring = ringOf(version);
    },
    lose: (version) => {
      versions.delete(version);
      ring = ringOf(Math.max(...versions));
    },
  };
}
