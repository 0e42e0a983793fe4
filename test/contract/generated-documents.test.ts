import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedDocuments } from '../support/generated-documents.ts';
import { root } from '../support/source-files.ts';

describe('generated documents are fresh (`npm run generate`)', () => {
  it.each(generatedDocuments)('$path', ({ path, render }) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(render());
  });
});
