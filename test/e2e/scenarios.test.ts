import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DecisionList } from '../../shared/contract/decisions.ts';
import { scenarios } from '../scenarios/scenarios.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock } from '../support/manual-clock.ts';

/*
 * The golden table once more, as a marketing tool sees it: facts over `POST /v1/events`, the
 * question over `POST /v1/checks` as of the scenario's instant.
 */

let gate: InProcessGate;

beforeAll(async () => {
  // Behind the latest scenario: facts from the future are not taken.
  gate = await startGateInProcess({ clock: manualClock(Date.parse('2026-12-01T12:00:00Z')) });
  for (const { controller, controllerSettings } of scenarios) {
    const path = `/v1/controllers/${controller}`;
    expect((await gate.call('admin', 'PUT', path, controllerSettings)).status).toBe(200);
  }
});

afterAll(() => gate.close());

describe('the scenarios of the rule catalogue over HTTP', () => {
  it.each(scenarios)('$id $title', async (scenario: Scenario) => {
    if (scenario.events.length > 0) {
      const body = { events: scenario.events };
      const posted = await gate.call('consent-source', 'POST', '/v1/events', body);
      expect(posted).toMatchObject({ status: 202, body: { rejected: [] } });
    }
    const checked = await gate.call('marketing-tool', 'POST', '/v1/checks', {
      ...scenario.campaign,
      recipients: [scenario.recipient],
      mode: 'dry_run',
      asOf: scenario.asOf,
    });
    expect(checked.status).toBe(200);
    const [decision] = DecisionList.parse(checked.body).decisions;
    const seen = decision?.reasons.map(({ code }) => code);
    expect({ outcome: decision?.outcome, ref: decision?.ref }).toEqual({
      outcome: scenario.outcome,
      ref: 'row-1',
    });
    if (scenario.outcome === 'allow') expect(decision?.basis).toBe(scenario.codes[0]);
    else {
      expect([...(seen ?? [])].sort()).toEqual([...scenario.codes, ...scenario.beside].sort());
    }
    for (const [code, at] of Object.entries(scenario.retryNotBefore)) {
      const reason = decision?.reasons.find((each) => each.code === code);
      expect(reason?.retryNotBefore).toBe(at);
    }
  });
});
