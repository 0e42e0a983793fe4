import { openApiDocument } from '../../shared/contract/openapi.ts';
import { renderRulebook } from './rulebook-page/page.ts';

/** Documents that are made from the program; each is committed and kept fresh by a test. */
export const generatedDocuments: readonly {
  readonly path: string;
  readonly render: () => string;
}[] = [
  { path: 'docs/openapi.json', render: () => `${JSON.stringify(openApiDocument(), null, 2)}\n` },
  { path: 'docs/rulebook.md', render: renderRulebook },
];
