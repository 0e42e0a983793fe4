import type { AudienceRow } from '../../../shared/campaign/audience.ts';
import type { ContactKey } from '../../../shared/ledger/contact-key.ts';
import type { Gate } from '../gate.ts';
import type { StoredCampaign } from '../stores/campaign-store.ts';
import { pageOfKey, readRun } from '../stores/decision-store.ts';
import { readPageRows } from '../stores/page-files.ts';
import { readAudienceIndex, readPageKeys, type AudienceIndex } from './audience-files.ts';

/** Who is on which page of a campaign. */
export interface CampaignAudience {
  /** The page on which a key would stand; null when it sorts before all of them. */
  pageOf(key: ContactKey): number | null;
  /** The recipients of a page, in the order of its decisions; null once the file is deleted. */
  rowsOf(page: number): Promise<readonly AudienceRow[] | null>;
}

type Named = Pick<StoredCampaign, 'run' | 'audience'> & {
  readonly fields: { readonly controller: string };
};

/** By the plan of its files, or, where these are gone, by the directory of its run. */
export async function audienceOf(gate: Gate, campaign: Named): Promise<CampaignAudience> {
  const files = campaign.audience ?? campaign.run;
  const index = await readAudienceIndex(gate, files);
  if (index !== null) {
    return {
      pageOf: (key) => plannedPage(index, key),
      rowsOf: (page) => readPageKeys(gate, index, page),
    };
  }
  const run = await readRun(gate, {
    controller: campaign.fields.controller,
    run: campaign.run,
  });
  return {
    pageOf: (key) => (run === null ? null : pageOfKey(run, key)),
    rowsOf: (page) => readPageRows(gate, { run: files, page }),
  };
}

/** The last page that begins with the digits of a key or with smaller ones. */
function plannedPage({ pages }: AudienceIndex, key: ContactKey): number | null {
  let [low, high] = [0, pages.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const first = pages[middle]?.firstKey ?? '';
    if (first <= key.slice(0, first.length)) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : low - 1;
}
