import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../shared/kernel/instant.ts';
import type { Timers } from '../../functions/shell/ports/timers.ts';
import type { ManualClock } from '../support/manual-clock.ts';

export interface TimersHome {
  readonly timers: Timers;
  readonly clock: ManualClock;
  /** Fires what is due by the clock and answers the bodies that have come out of the queue. */
  readonly fired: () => Promise<readonly string[]>;
}

const queue = 'page-planned';

/** What every implementation of the timers port must do; see functions/shell/ports/timers.ts. */
export function describeTimersContract(name: string, make: () => TimersHome): void {
  describe(`timers: ${name}`, () => {
    it('fire once, not before their instant and within a minute of it', async () => {
      const { timers, clock, fired } = make();
      const at = clock.now() + HOUR_MS;
      await timers.schedule({ name: 'alert-1.a_B', at, queue, body: '{"alert":1}' });
      await timers.schedule({ name: 'alert-2', at: at + HOUR_MS, queue, body: '{"alert":2}' });
      clock.advance(HOUR_MS - 1);
      expect(await fired()).toEqual([]);
      clock.advance(MINUTE_MS);
      expect(await fired()).toEqual(['{"alert":1}']);
      expect(await fired()).toEqual([]);
      clock.advance(HOUR_MS);
      expect(await fired()).toEqual(['{"alert":2}']);
    });

    it('are replaced by a timer of the same name', async () => {
      const { timers, clock, fired } = make();
      const at = clock.now() + HOUR_MS;
      await timers.schedule({ name: 'alert', at, queue, body: 'first' });
      await timers.schedule({ name: 'alert', at: at + HOUR_MS, queue, body: 'second' });
      clock.advance(HOUR_MS + MINUTE_MS);
      expect(await fired()).toEqual([]);
      clock.advance(HOUR_MS);
      expect(await fired()).toEqual(['second']);
    });

    it('are free again after they fired or were cancelled', async () => {
      const { timers, clock, fired } = make();
      await timers.schedule({ name: 'alert', at: clock.now() + HOUR_MS, queue, body: 'one' });
      clock.advance(HOUR_MS + MINUTE_MS);
      expect(await fired()).toEqual(['one']);
      await timers.schedule({ name: 'alert', at: clock.now() + HOUR_MS, queue, body: 'two' });
      await timers.cancel('alert');
      clock.advance(2 * HOUR_MS);
      expect(await fired()).toEqual([]);
      await timers.cancel('alert');
      await timers.cancel('never-scheduled');
      await timers.schedule({ name: 'alert', at: clock.now() + HOUR_MS, queue, body: 'three' });
      clock.advance(HOUR_MS + MINUTE_MS);
      expect(await fired()).toEqual(['three']);
    });

    it('fire within two minutes when their instant is over already', async () => {
      const { timers, clock, fired } = make();
      await timers.schedule({ name: 'late', at: clock.now() - HOUR_MS, queue, body: 'late' });
      await timers.schedule({ name: 'now', at: clock.now(), queue, body: 'now' });
      clock.advance(2 * MINUTE_MS);
      expect((await fired()).toSorted()).toEqual(['late', 'now']);
    });

    it.each(['', 'a b', 'ü', 'a/b', 'a'.repeat(65)])('refuse the name `%s`', async (bad) => {
      const { timers, clock } = make();
      const timer = { name: bad, at: clock.now(), queue, body: '{}' } as const;
      await expect(timers.schedule(timer)).rejects.toThrow('name');
      await expect(timers.cancel(bad)).rejects.toThrow('name');
    });
  });
}
