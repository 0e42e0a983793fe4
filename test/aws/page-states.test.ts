import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Gate } from '../../functions/shell/gate.ts';
import { noteBaseSize } from '../../functions/shell/stores/base-size-store.ts';
import { readStates } from '../../functions/shell/stores/ledger-store.ts';
import { readStatesOfPage } from '../../functions/shell/stores/page-states.ts';
import { CONTACT_BUCKETS } from '../../shared/ledger/contact-key.ts';
import { meterCapacity, type UnitsByTable } from '../bench/capacity-meter.ts';
import { evenKeys, someStates, storeBase } from '../support/random-bases.ts';
import { stubGate } from '../support/stub-gate.ts';
import { createStandIns, createTablePort, type StandIns } from './stand-ins.ts';

/*
 * Both ways of reading a page on DynamoDB: what they answer, and what DynamoDB counts for it.
 */

const Batch = z.object({
  RequestItems: z.record(z.string(), z.object({ Keys: z.array(z.unknown()) })),
});
const clock = { now: () => Date.now() };
const [first] = someStates();
/** A state of more than 2 kB: 600 of them are more than the 1 MB that one query reads. */
const large =
  first === undefined ? [] : [{ ...first, consents: Array(16).fill(first.consents[0]) }];

let standIns: StandIns;
let gate: Gate;
let meter: ReturnType<typeof meterCapacity>;
/** Whether a batch read hands back a part of its keys, as a busy table does. */
let busy = false;
let handedBack = 0;

beforeAll(async () => {
  standIns = await createStandIns();
  standIns.dynamodb.middlewareStack.add(
    (next, context) => async (request) => {
      const batch = Batch.safeParse(request.input);
      if (!busy || context.commandName !== 'BatchGetItemCommand' || !batch.success) {
        return next(request);
      }
      const [[table = '', { Keys = [] } = { Keys: [] }] = []] = Object.entries(
        batch.data.RequestItems,
      );
      const half = Math.ceil(Keys.length / 2);
      const asked = { ...request.input, RequestItems: {} };
      Object.assign(asked.RequestItems, {
        [table]: { ConsistentRead: true, Keys: Keys.slice(0, half) },
      });
      const answer = await next({ ...request, input: asked });
      handedBack += Keys.length - half;
      if (half < Keys.length) {
        Object.assign(answer.output, { UnprocessedKeys: { [table]: { Keys: Keys.slice(half) } } });
      }
      return answer;
    },
    { step: 'initialize', name: 'aBusyTable' },
  );
  meter = meterCapacity(standIns.dynamodb);
  gate = { ...stubGate(clock).gate, tables: createTablePort(standIns, clock) };
});

afterAll(async () => {
  await standIns.close();
});

const readUnits = (units: UnitsByTable) =>
  [...units.values()].reduce((sum, { reads }) => sum + reads, 0);

async function bothWays(controller: string, keys: readonly string[]) {
  let [alone, together] = [new Map(), new Map()];
  const byKey = await meter.measure(async () => {
    alone = new Map(await readStates(gate, controller, keys));
  });
  const byRange = await meter.measure(async () => {
    together = new Map(await readStatesOfPage(gate, controller, keys));
  });
  expect(new Map([...together].sort())).toEqual(new Map([...alone].sort()));
  return { found: together.size, byKey: readUnits(byKey), byRange: readUnits(byRange) };
}

describe('a page on DynamoDB', () => {
  it('costs about a tenth where it has everybody of its buckets', async () => {
    const base = evenKeys(1000, 1, 4);
    await storeBase(gate.tables, 'dense', base, someStates());
    await noteBaseSize(gate, 'dense', {
      rows: 250 * CONTACT_BUCKETS,
      bytes: 75_000 * CONTACT_BUCKETS,
    });
    const { found, byKey, byRange } = await bothWays('dense', base);
    expect([found, byKey]).toEqual([1000, 1000]);
    expect(byRange).toBeLessThan(100);
  });

  it('is whole where one query reads no more than 1 MB of it', async () => {
    const base = evenKeys(700, 2, 1);
    await storeBase(gate.tables, 'large', base, large);
    await noteBaseSize(gate, 'large', {
      rows: 700 * CONTACT_BUCKETS,
      bytes: 700 * CONTACT_BUCKETS,
    });
    const { found, byKey, byRange } = await bothWays('large', base);
    expect(found).toBe(700);
    expect(byRange).toBeLessThan(byKey);
    expect(byRange).toBeGreaterThan(256);
  });

  it('is whole where keys are handed back, and the size of the base is unknown', async () => {
    const base = evenKeys(600, 3, 3);
    await storeBase(gate.tables, 'busy', base, someStates());
    busy = true;
    const strays = evenKeys(250, 4, CONTACT_BUCKETS);
    const { found } = await bothWays('busy', [...base.slice(0, 500), ...strays]);
    busy = false;
    expect(found).toBe(500);
    expect(handedBack).toBeGreaterThan(250);
  });
});
