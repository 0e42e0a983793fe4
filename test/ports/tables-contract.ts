import { afterAll, beforeAll, describe } from 'vitest';
import { describeChangeFeed } from './change-feed-contract.ts';
import { describeBatchReads, describeRanges } from './tables-contract-reads.ts';
import { describeExpiry } from './tables-contract-expiry.ts';
import { describeModel } from './tables-contract-model.ts';
import { describeRaces, describeTransactions } from './tables-contract-transactions.ts';
import { describeRefusals, describeWrites } from './tables-contract-writes.ts';
import type { TablesHome } from './tables-home.ts';

/** What every implementation of the tables port must do; see functions/shell/ports/tables.ts. */
export function describeTablesContract(name: string, make: () => Promise<TablesHome>): void {
  describe(`tables: ${name}`, () => {
    let made: TablesHome | undefined;
    beforeAll(async () => {
      made = await make();
    });
    afterAll(async () => made?.close());
    const home = () => {
      if (made === undefined) throw new Error('the home is made before the tests run');
      return made;
    };
    describeWrites(home);
    describeRefusals(home);
    describeTransactions(home);
    describeRaces(home);
    describeBatchReads(home);
    describeRanges(home);
    describeExpiry(home);
    describeChangeFeed(home);
    describeModel(home);
  });
}
