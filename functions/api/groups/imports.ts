import { createImport } from '../create-import.ts';
import { getImport } from '../get-import.ts';
import { listImports } from '../list-imports.ts';
import { startImport } from '../start-import.ts';
import type { GroupHandles } from '../../shell/http.ts';

export const imports: GroupHandles<'imports'> = {
  createImport,
  startImport,
  listImports,
  getImport,
};
