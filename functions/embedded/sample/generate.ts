import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exportFiles, type SampleFile } from './exports.ts';
import { generatePeople, type SampleSize } from './people.ts';

/** The sample's files: a pure function of the number of people and the seed, byte for byte. */
export function generateSample(size: SampleSize): readonly SampleFile[] {
  return exportFiles(generatePeople(size));
}

/** `npm run sample -- --people 12000 --seed 7 --out DIR` */
function main(): void {
  const { values } = parseArgs({
    options: {
      people: { type: 'string', default: '12000' },
      seed: { type: 'string', default: '7' },
      out: { type: 'string', default: '.gate/sample' },
    },
  });
  const size = { people: Number(values.people), seed: Number(values.seed) };
  if (!Number.isInteger(size.people) || size.people < 1 || !Number.isInteger(size.seed)) {
    throw new Error('`--people` and `--seed` are whole numbers, and there is at least one person');
  }
  mkdirSync(values.out, { recursive: true });
  for (const file of generateSample(size)) {
    writeFileSync(join(values.out, file.name), file.content);
    process.stdout.write(`${file.name} ${Buffer.byteLength(file.content)} bytes\n`);
  }
}

if (import.meta.main) main();
