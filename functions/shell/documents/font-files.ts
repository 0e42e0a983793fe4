import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** DejaVu has every Latin, Greek and Cyrillic letter that the names of people need. */
export const fontNames = ['DejaVuSans', 'DejaVuSans-Bold'] as const;
export type FontName = (typeof fontNames)[number];

/** Where a function is bundled, this file is replaced by one that reads from beside the bundle. */
export function readFont(name: FontName): Uint8Array {
  const require = createRequire(import.meta.url);
  return readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));
}
