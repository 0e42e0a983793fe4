import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedDocuments } from './generated-documents.ts';

/** `npm run generate`: writes the documents that are made from the program. */
for (const { path, render } of generatedDocuments) {
  writeFileSync(join(import.meta.dirname, '..', '..', path), render());
  process.stdout.write(`${path}\n`);
}
