import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../functions/shell/actor.ts';
import { checkRecipients } from '../../functions/shell/flows/check-recipients.ts';
import { decidePage } from '../../functions/shell/flows/decide-page.ts';
import { beginCampaign } from '../../functions/shell/flows/evaluate-campaign.ts';
import { recordEvents } from '../../functions/shell/flows/record-events.ts';
import { searchDecisions } from '../../functions/shell/flows/search-decisions.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import type { Tables } from '../../functions/shell/ports/tables.ts';
import { writeController } from '../../functions/shell/stores/controller-store.ts';
import { CampaignFields, CheckSubmission } from '../../shared/contract/campaigns.ts';
import { DecisionDetail } from '../../shared/contract/decisions.ts';
import { scopes } from '../../shared/contract/scopes.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { formatInstant, MINUTE_MS } from '../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import {
  campaign,
  checkOf,
  CONTROLLER,
  controllerSettings,
  event,
  permitted,
  type Submission,
} from '../support/submissions.ts';

/*
 * A decision is explained, and replayed, from the ledger: so the ledger as of the decision has to
 * say what the decision was made of, also where others wrote in the same moment.
 */

const everybody: Actor = { subject: 'test', scopes: new Set(scopes), controllers: '*' };
const one = { id: 'crm-1', email: 'one@example.org' };

let clock: ManualClock;
let home: InProcessGate;

beforeEach(async () => {
  clock = manualClock(Date.now());
  home = await startGateInProcess({ clock });
  await writeController(home.gate, CONTROLLER, controllerSettings());
  await record(...permitted(one));
  clock.advance(1000);
});

afterEach(() => home.close());

async function record(...events: readonly Submission[]): Promise<void> {
  const { accepted } = await recordEvents(home.gate, everybody, events);
  expect(accepted).toBe(events.length);
}

const requestId = () => newId('req', clock.now(), home.gate.randomBytes(10));

function check(gate: Gate) {
  const body = CheckSubmission.parse(checkOf([one]));
  return checkRecipients(gate, { actor: everybody, requestId: requestId(), body });
}

async function read(id: string | undefined) {
  const reply = await home.call('dpo', 'GET', `/v1/decisions/${id}`);
  const { verdicts: _v, policyText: _p, ...decision } = DecisionDetail.parse(reply.body);
  return decision;
}

const objection = () => event('objection.raised', one, { scope: 'all' });

describe('a decision and what is written in the same moment', () => {
  it('an event just behind it is no part of it', async () => {
    const [decision] = await check(home.gate);
    await record(objection());
    expect(decision?.outcome).toBe('allow');
    expect(await read(decision?.id)).toEqual({ ...decision, explanation: 'derived' });
  });

  it('an event between its instant and its reading of the facts is part of it', async () => {
    const [decision] = await check(
      interrupted(home.gate, async () => {
        clock.advance(7);
        await record(objection());
      }),
    );
    expect(decision?.reasons.map(({ code }) => code)).toEqual(['D_OBJECTION_ART21']);
    expect(await read(decision?.id)).toEqual({ ...decision, explanation: 'derived' });
  });
});

/** A gate that lets something happen before it reads the contact points for the first time. */
function interrupted(gate: Gate, happen: () => Promise<void>): Gate {
  let happened = false;
  const tables: Tables = {
    ...gate.tables,
    batchGet: async (table, keys) => {
      if (table === 'contact-points' && !happened) {
        happened = true;
        await happen();
      }
      return gate.tables.batchGet(table, keys);
    },
  };
  return { ...gate, tables };
}

describe('a page that is decided long after its campaign began', () => {
  it('goes by the facts of that moment, says so, and can be explained', async () => {
    const controller = {
      id: CONTROLLER,
      settings: controllerSettings(),
      updatedAt: '',
      released: null,
      hashLists: [],
      identifierKeyVersion: 1,
    };
    const { id, run } = await beginCampaign(home.gate, {
      requestId: requestId(),
      controller,
      fields: CampaignFields.parse(campaign()),
      recipients: [one],
      delaySeconds: 0,
    });
    const begun = clock.now();
    clock.advance(30 * MINUTE_MS);
    await record(objection());
    clock.advance(5 * MINUTE_MS);
    const decidedAt = formatInstant(clock.now());
    await decidePage(home.gate, { campaignId: id, run, page: 0 });
    const search = (more: Submission) =>
      searchDecisions(home.gate, everybody, { controller: CONTROLLER, ...more });
    const { items } = await search({});
    expect(items).toMatchObject([
      { outcome: 'deny', evaluatedAt: decidedAt, reasons: [{ code: 'D_OBJECTION_ART21' }] },
    ]);
    expect(items[0]?.reasons[0]?.evidence).toMatch(/^evt_/);
    expect(await read(items[0]?.id)).toMatchObject({ explanation: 'derived' });
    expect((await search({ from: decidedAt })).items).toHaveLength(1);
    expect((await search({ to: formatInstant(begun) })).items).toHaveLength(0);
  });
});
