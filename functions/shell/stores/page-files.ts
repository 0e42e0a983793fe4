import { AudiencePage } from '../../../shared/campaign/audience.ts';
import type { Gate } from '../gate.ts';
import type { FileKey } from '../ports/files.ts';
import { readFile } from './file-content.ts';

/** The rows of a page, in the order in which they are logged: keys, and the caller's refs. */
function pageFile(run: string, page: number): FileKey {
  return { fileClass: 'audience', name: `${run}/${page}.json` };
}

export async function writePageRows(
  gate: Pick<Gate, 'files'>,
  place: { readonly run: string; readonly page: number },
  rows: AudiencePage,
): Promise<void> {
  await gate.files.put(pageFile(place.run, place.page), Buffer.from(JSON.stringify(rows)));
}

/** Null when the lifecycle of the class has deleted them. */
export async function readPageRows(
  gate: Pick<Gate, 'files'>,
  place: { readonly run: string; readonly page: number },
): Promise<AudiencePage | null> {
  const text = await readFile(gate.files, pageFile(place.run, place.page));
  return text === null ? null : AudiencePage.parse(JSON.parse(text));
}
