import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../functions/shell/ports/clock.ts';
import {
  conflictAt,
  DONE,
  freshPk,
  newRow,
  put,
  remove,
  replace,
} from '../ports/tables-home.ts';
import { createStandIns, createTablePort, type StandIns } from './stand-ins.ts';

const table = 'contact-points';

/** Drops the answers for which the function says so, after DynamoDB has done what was asked. */
function loseAnswers(client: DynamoDBClient, isLost: () => boolean): void {
  client.middlewareStack.add(
    (next) => async (request) => {
      const answer = await next(request);
      if (!isLost()) return answer;
      throw Object.assign(new Error('the answer is lost'), { name: 'TimeoutError' });
    },
    // Inside the SDK's own retries, which are a step before.
    { step: 'deserialize', name: 'loseAnswers', priority: 'low' },
  );
}

/**
 * DynamoDB does what it is asked, but its answer gets lost on the way; the SDK then asks again, and
 * the second time the first one stands in the way.
 */
describe('when the answer to a write is lost', () => {
  let standIns: StandIns | undefined;
  let lost = 0;
  let requests = 0;
  beforeAll(async () => {
    standIns = await createStandIns();
    loseAnswers(standIns.dynamodb, () => {
      requests++;
      return lost-- > 0;
    });
  });
  afterAll(async () => standIns?.close());

  function tables() {
    if (standIns === undefined) throw new Error('the stand-ins run before the tests do');
    return createTablePort(standIns, systemClock);
  }
  /** Loses so many answers from here on. */
  function lose(count: number): void {
    lost = count;
    requests = 0;
  }

  it.each([1, 2])('a put that was done is done: %d answers', async (count) => {
    const row = newRow({ pk: freshPk(), sk: 'a' });
    lose(count);
    expect(await tables().write(put(table, row))).toEqual(DONE);
    expect(requests).toBe(count + 1);
    lose(count);
    expect(await tables().write(replace(table, { ...row, version: 2 }))).toEqual(DONE);
    expect(requests).toBe(count + 1);
    expect(await tables().get(table, row)).toEqual({ ...row, version: 2 });
  });

  it("a put that met somebody else's equal row is a conflict", async () => {
    const row = newRow({ pk: freshPk(), sk: 'a' });
    await tables().write(put(table, row));
    lose(1);
    expect(await tables().write(put(table, row))).toEqual(conflictAt(0));
  });

  it('a transaction that was done is done once', async () => {
    const pk = freshPk();
    const event = newRow({ pk, sk: 'event' });
    const writes = [put('ledger', event), put(table, newRow({ pk, sk: 'a' }))];
    lose(2);
    expect(await tables().transact(writes)).toEqual(DONE);
    expect(requests).toBe(3);
    expect(await tables().transact(writes)).toEqual(conflictAt(0, 1));
  });

  it('a delete that was done is a conflict, and the row is gone', async () => {
    const row = newRow({ pk: freshPk(), sk: 'a' });
    await tables().write(put(table, row));
    lose(1);
    expect(await tables().write(remove(table, row, 1))).toEqual(conflictAt(0));
    expect(await tables().get(table, row)).toBeNull();
  });

  it('a write without any answer is not known to be done', async () => {
    const row = newRow({ pk: freshPk(), sk: 'a' });
    lose(Infinity);
    await expect(tables().write(put(table, row))).rejects.toThrow('not answered');
    lose(0);
    expect(await tables().get(table, row)).toEqual(row);
  });
});
