import type { AudienceRow } from '../../../shared/campaign/audience.ts';
import type { Gate } from '../gate.ts';
import { readPageRows } from '../stores/page-files.ts';
import { readAudienceIndex, readPageKeys } from './audience-files.ts';

/**
 * The recipients of a page of a campaign, in the order of its decisions; null once they are gone.
 * Campaigns that were planned before there were plans have a file for each page.
 */
export async function rowsOfPage(
  gate: Pick<Gate, 'files'>,
  place: { readonly run: string; readonly page: number },
): Promise<readonly AudienceRow[] | null> {
  const index = await readAudienceIndex(gate, place.run);
  return index === null ? readPageRows(gate, place) : readPageKeys(gate, index, place.page);
}
