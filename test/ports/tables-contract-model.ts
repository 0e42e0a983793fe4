import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Key, Row, Tables, Write } from '../../functions/shell/ports/tables.ts';
import {
  freshPk,
  newRow,
  put,
  remove,
  replace,
  requireVersion,
  type TablesHome,
} from './tables-home.ts';

const table = 'contact-points';

/** A write as the property draws it: which row, which kind, and how far off its version is. */
interface Draw {
  readonly kind: Write['kind'];
  readonly row: number;
  /** Added to the version that would be right. */
  readonly off: number;
}

const draw: fc.Arbitrary<Draw> = fc.record({
  kind: fc.constantFrom('put-if-absent', 'put-if-version', 'delete-if-version', 'require-version'),
  row: fc.integer({ min: 0, max: 4 }),
  off: fc.constantFrom(0, 0, 0, 1, -1),
});

/** A table as it should be, in the simplest form that can say so. */
class Model {
  readonly versions = new Map<string, number>();
  readonly bodies = new Map<string, Row['body']>();

  versionOf(key: Key): number {
    return this.versions.get(key.sk) ?? 0;
  }

  /** The indexes of the writes that are refused; when there are none, all of them are done. */
  transact(writes: readonly Write[]): number[] {
    const conflicts = writes.flatMap((write, index) => (this.#holds(write) ? [] : [index]));
    if (conflicts.length === 0) for (const write of writes) this.#apply(write);
    return conflicts;
  }

  #holds(write: Write): boolean {
    switch (write.kind) {
      case 'put-if-absent':
        return this.versionOf(write.row) === 0;
      case 'put-if-version':
        return this.versionOf(write.row) === write.row.version - 1;
      case 'delete-if-version':
      case 'require-version':
        return this.versionOf(write.key) === write.version;
    }
  }

  #apply(write: Write): void {
    if (write.kind === 'delete-if-version') this.versions.delete(write.key.sk);
    if (write.kind !== 'put-if-absent' && write.kind !== 'put-if-version') return;
    this.versions.set(write.row.sk, write.row.version);
    this.bodies.set(write.row.sk, write.row.body);
  }
}

function writeOf(model: Model, pk: string, drawn: Draw, body: string): Write {
  const key = { pk, sk: `row ${drawn.row}` };
  const version = model.versionOf(key);
  const off = (least: number) => Math.max(least, version + drawn.off);
  switch (drawn.kind) {
    case 'put-if-absent':
      return put(table, newRow(key, { body }));
    case 'put-if-version':
      return replace(table, newRow(key, { body, version: off(0) + 1 }));
    case 'delete-if-version':
      return remove(table, key, off(1));
    case 'require-version':
      return requireVersion(table, key, off(0));
  }
}

/** Does the drawn transactions on both and compares every answer and what is left in the end. */
async function runBoth(tables: Tables, drawn: readonly (readonly Draw[])[]): Promise<void> {
  const model = new Model();
  const pk = freshPk();
  for (const [step, draws] of drawn.entries()) {
    const distinct = draws.filter(
      (one, index) => draws.findIndex((other) => other.row === one.row) === index,
    );
    const writes = distinct.map((one, index) => writeOf(model, pk, one, `${step}/${index}`));
    const [only] = writes;
    const outcome =
      writes.length === 1 && only !== undefined
        ? await tables.write(only)
        : await tables.transact(writes);
    const conflicts = model.transact(writes);
    expect(outcome).toEqual(conflicts.length === 0 ? { done: true } : { done: false, conflicts });
  }
  const { rows } = await tables.range({ table, pk, limit: 1000 });
  expect(rows).toEqual(
    [...model.versions]
      .toSorted(([first], [second]) => (first < second ? -1 : 1))
      .map(([sk, version]) => ({ pk, sk, version, body: model.bodies.get(sk) })),
  );
}

export function describeModel(home: () => TablesHome): void {
  describe('any transactions', () => {
    it('answer and leave what a simple model says', async () => {
      const { tables, modelRuns } = home();
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(draw, { minLength: 1, maxLength: 4 }), { maxLength: 25 }),
          (drawn) => runBoth(tables, drawn),
        ),
        { numRuns: modelRuns },
      );
    });
  });
}
