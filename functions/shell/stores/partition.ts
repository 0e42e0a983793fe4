import { limits } from '../../../shared/contract/limits.ts';
import type { TableName } from '../../../shared/contract/tables.ts';
import type { Gate } from '../gate.ts';
import type { RangePage, Row } from '../ports/tables.ts';

/** Every row under a partition key, read page by page. */
export async function readPartition(
  gate: Pick<Gate, 'tables'>,
  table: TableName,
  pk: string,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let after: string | null = null;
  do {
    const page: RangePage = await gate.tables.range({
      table,
      pk,
      limit: limits.rowsPerRead,
      ...(after === null ? {} : { after }),
    });
    rows.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return rows;
}
