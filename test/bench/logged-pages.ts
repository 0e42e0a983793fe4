import { keepPage } from '../../functions/shell/stores/decision-store.ts';
import type { Tables, Write } from '../../functions/shell/ports/tables.ts';
import { checkWrite } from '../../functions/shell/ports/table-checks.ts';
import { generatedFor } from '../../functions/embedded/sample/sample-context.ts';
import { establishmentOf } from '../../functions/shell/flows/prepare.ts';
import { campaignFactsText } from '../../functions/shell/stores/campaign-store.ts';
import { policyOf } from '../../functions/shell/stores/policy-store.ts';
import { rowKey } from '../../shared/campaign/audience.ts';
import { sha256Bytes, sha256Hex } from '../../shared/kernel/hash.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { HOUR_MS } from '../../shared/kernel/instant.ts';
import { pageKey, type DecisionPage, type PageHeader } from '../../shared/log/decision-page.ts';
import { judgeRecipient } from '../../shared/policy/decide.ts';
import type { PreparedCampaign } from './sample-gate.ts';
import { controller } from './sample-world.ts';

/**
 * Pages of so many decisions each. Every page takes its recipients from the whole audience, so its
 * keys lie as far apart as those of a check, or of a campaign that fits one page.
 */
export function pagesOf(campaign: PreparedCampaign, size: number): readonly DecisionPage[] {
  const { rows, facts, prepared } = campaign;
  const stride = Math.floor(rows.length / size);
  const header = headerOf(campaign);
  return Array.from({ length: Math.min(stride, PAGES_MAX) }, (_, offset) => ({
    header,
    entries: rows.slice(0, stride * size).flatMap((row, index) => {
      const each = facts[index];
      if (index % stride !== offset || each === undefined) return [];
      return [{ key: pageKey(rowKey(row)), ruling: judgeRecipient(each, prepared.evaluation) }];
    }),
  }));
}

/** Enough for a median; single decisions differ most. */
const PAGES_MAX = 200;

function headerOf({ fields }: PreparedCampaign): PageHeader {
  return {
    controller: controller.id,
    campaignId: newId('cmp', generatedFor, sha256Bytes(fields.reference)),
    kind: 'campaign',
    mode: 'enforce',
    facts: sha256Hex(campaignFactsText(fields)),
    revision: policyOf(controller.settings).revision,
    keyVersion: 1,
    ...establishmentOf(controller),
    evaluatedAt: generatedFor,
    instant: generatedFor,
    notAfter: generatedFor + HOUR_MS,
    refs: true,
  };
}

/** Bytes of the row that a page is put as, counted as DynamoDB counts them. */
export async function putBytes(page: DecisionPage): Promise<number> {
  const writes: Write[] = [];
  const refuse = (): Promise<never> => Promise.reject(new Error('a page is written, not read'));
  const tables: Tables = {
    get: refuse,
    batchGet: refuse,
    range: refuse,
    transact: refuse,
    write: async (write) => {
      writes.push(write);
      return { done: true };
    },
  };
  const run = newId('run', generatedFor, sha256Bytes('run'));
  const clock = { now: () => generatedFor };
  await keepPage({ tables, clock }, { run, page: 0 }, page);
  const pages = writes.filter(({ table }) => table === 'decisions');
  return pages.reduce((bytes, write) => bytes + checkWrite(write), 0);
}
