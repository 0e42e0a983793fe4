import type { AudienceRow } from '../../../shared/campaign/audience.ts';
import type { DecisionPage, PageEntry, PageHeader } from '../../../shared/log/decision-page.ts';
import type { Gate } from '../gate.ts';
import { keepPage, runRow } from '../stores/decision-store.ts';
import { writePageRows } from '../stores/page-files.ts';

export interface LoggedEntry extends PageEntry {
  readonly row: AudienceRow;
}

/**
 * Logs decisions about some recipients of a campaign as a run of one page of its own, in the order
 * of their keys. Durable when it ends; a run that was logged before is answered as it was logged.
 */
export async function logDecisions(
  gate: Gate,
  run: string,
  header: PageHeader,
  entries: readonly LoggedEntry[],
): Promise<DecisionPage> {
  const { controller, campaignId, evaluatedAt } = header;
  const firstKeys = entries.slice(0, 1).map(({ key }) => key);
  const row = runRow({ run, controller, campaignId, evaluatedAt, firstKeys }, entries.length === 1);
  const place = { run, page: 0 };
  const [kept] = await Promise.all([
    keepPage(gate, place, { header, entries: entries.map(({ key, ruling }) => ({ key, ruling })) }),
    writePageRows(
      gate,
      place,
      entries.map((entry) => entry.row),
    ),
    gate.tables.write({ kind: 'put-if-absent', table: 'decisions', row }),
  ]);
  return kept;
}
