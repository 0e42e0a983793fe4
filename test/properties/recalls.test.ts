import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { campaigns } from '../../functions/api/groups/campaigns.ts';
import { clearances } from '../../functions/api/groups/clearances.ts';
import { facts } from '../../functions/api/groups/facts.ts';
import { createChangeLoop } from '../../functions/embedded/change-loop.ts';
import { loadLocalKeys } from '../../functions/embedded/local-keys.ts';
import { continueSearches } from '../../functions/shell/campaigns/scan-audience.ts';
import { sweepLiveCampaigns } from '../../functions/shell/campaigns/sweep-live.ts';
import { createEmbeddedGate, type EmbeddedGate } from '../../functions/shell/embedded.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import { createHttpHandler } from '../../functions/shell/http.ts';
import { createLog } from '../../functions/shell/log.ts';
import { resultFile } from '../../functions/shell/stores/clearance-store.ts';
import { writeController } from '../../functions/shell/stores/controller-store.ts';
import { readFile } from '../../functions/shell/stores/file-content.ts';
import { contactPointChanged } from '../../functions/workers/contact-point-changed.ts';
import { Clearance } from '../../shared/contract/clearances.ts';
import { CampaignView } from '../../shared/contract/campaigns.ts';
import { RecallPage } from '../../shared/contract/recalls.ts';
import { campaignsRoutes } from '../../shared/contract/routes/campaigns.ts';
import { clearancesRoutes } from '../../shared/contract/routes/clearances.ts';
import { factsRoutes } from '../../shared/contract/routes/facts.ts';
import { SECOND_MS } from '../../shared/kernel/instant.ts';
import { gatewayEvent } from '../support/gateway-event.ts';
import { lambdaContext } from '../support/lambda-context.ts';
import { fastCheckRuns, propertyTimeoutMs } from '../support/property-runs.ts';
import {
  campaignFor,
  controllerSettings,
  event,
  permitted,
  type Submission,
} from '../support/submissions.ts';

/*
 * A campaign is submitted while people refuse and the feed of contact points is read, in every
 * order of their reads and writes that fast-check comes up with, and with a feed whose stores fail
 * now and then. Whoever has refused is in no allowed file, or is recalled; nobody else is.
 */

/** Turns of the event loop in which a commit comes to its end. */
const TURNS = 4;

const folder = mkdtempSync(join(tmpdir(), 'gate-recalls-'));
let gate: EmbeddedGate;
let runs = 0;

beforeAll(() => {
  gate = createEmbeddedGate({
    ...{ dataFolder: folder, ...loadLocalKeys(folder), baseUrl: () => 'http://127.0.0.1' },
    log: createLog({ level: 'error', print: () => {}, now: Date.now }),
  });
});

afterAll(() => {
  gate.close();
  rmSync(folder, { recursive: true });
});

type Step = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** The gate with every operation on its tables at a moment of somebody else's choosing. */
function steppedBy(step: Step): EmbeddedGate {
  const { tables } = gate;
  return {
    ...gate,
    tables: {
      ...tables,
      get: (...args) => step(() => tables.get(...args)),
      batchGet: (...args) => step(() => tables.batchGet(...args)),
      range: (...args) => step(() => tables.range(...args)),
      write: (...args) => step(() => tables.write(...args)),
      transact: (...args) => step(() => tables.transact(...args)),
      changes: (...args) => step(() => tables.changes(...args)),
    },
  };
}

const table = { ...campaignsRoutes, ...clearancesRoutes };
const handles = { ...campaigns, ...clearances };

async function ask<Operation extends keyof typeof handles>(
  of: Gate,
  operation: Operation,
  request: { readonly params?: Record<string, string>; readonly body?: unknown },
) {
  const { method, path } = table[operation];
  const handler = createHttpHandler(table, handles, async () => of);
  const role = 'marketing-tool';
  const answer = await handler(
    gatewayEvent({ ...request, role, routeKey: `${method} ${path}` }),
    lambdaContext(),
  );
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
}

async function tell(of: Gate, events: readonly Submission[]): Promise<void> {
  const handler = createHttpHandler(factsRoutes, facts, async () => of);
  const request = {
    role: 'consent-source',
    body: { events },
    routeKey: 'POST /v1/events',
  } as const;
  const answer = await handler(gatewayEvent(request), lambdaContext());
  expect({ status: answer.statusCode, body: answer.body }).toMatchObject({ status: 202 });
}

const kinds = ['none', 'contact', 'withdrawal', 'id', 'domain', 'stranger'] as const;
type Kind = (typeof kinds)[number];

interface Person {
  readonly ref: string;
  readonly email: string;
  readonly id: string;
  /** A key of the caller's that the gate knows nothing of. */
  readonly stranger: string;
  readonly host: string;
}

function personOf(run: number, place: number): Person {
  const host = `host-${place}.run-${run}.example`;
  const id = `crm-${run}-${place}`;
  return { ref: `row-${place}`, email: `a@${host}`, id, stranger: `other-${id}`, host };
}

/** What somebody does while the campaign is evaluated; null: nothing. */
function deedOf(kind: Kind, person: Person): Submission | null {
  switch (kind) {
    case 'none':
      return null;
    case 'contact':
      return event('contact.made', { email: person.email }, { channel: 'EMAIL' });
    case 'withdrawal':
      return event('consent.withdrawn', { email: person.email });
    case 'id':
      return event('objection.raised', { id: person.id }, { scope: 'all' });
    case 'domain':
      return event('blocklist.entered', { domain: person.host }, { list: 'hosts' });
    case 'stranger':
      return event('objection.raised', { id: person.stranger }, { scope: 'all' });
  }
}

const refuses = (kind: Kind) => kind !== 'none' && kind !== 'contact';

async function refsAllowed(campaignId: string): Promise<readonly string[]> {
  const { status, body } = await ask(gate, 'getClearance', { params: { id: campaignId } });
  expect({ status, body }).toMatchObject({ status: 200 });
  const { files } = Clearance.parse(body);
  const texts = await Promise.all(
    files.allowed.map(({ name }) => readFile(gate.files, resultFile(name))),
  );
  return texts
    .flatMap((text) => (text ?? '').split('\n').filter((line) => line !== ''))
    .map((line) => String(JSON.parse(line).ref));
}

it(
  'nobody who refused is left allowed and not recalled, whoever is first',
  async () => {
    const property = fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.tuple(fc.constantFrom(...kinds), fc.nat(40)), { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(40), { maxLength: 3 }),
      async (scheduler, chosen, failures) => {
        const run = ++runs;
        const controller = `c-${run}`;
        await writeController(gate, controller, controllerSettings());
        const own = (each: Submission): Submission => ({ ...each, controller });
        const crowd = chosen.map(([kind, delay], place) => {
          return { kind, delay, person: personOf(run, place) };
        });
        const known = crowd.flatMap(({ person }) =>
          permitted({ id: person.id, email: person.email }),
        );
        await tell(gate, known.map(own));
        let begun = false;
        const step: Step = async (work) => {
          if (begun) await scheduler.schedule(Promise.resolve());
          return work();
        };
        let operations = 0;
        let waited = 0;
        const feedStep: Step = (work) => {
          if (!begun || !failures.includes(operations++)) return step(work);
          // It waits for a second before it tries again, which is over at once here.
          waited += 2 * SECOND_MS;
          throw new Error('the store is away');
        };
        const place = { table: 'contact-points', handle: contactPointChanged } as const;
        const clock = { now: () => Date.now() + waited };
        const feed = createChangeLoop({ ...steppedBy(feedStep), clock }, place);
        // Everything that was told before is behind it.
        await feed.follow();
        begun = true;
        const recipients = crowd.map(({ kind, person: { ref, email, id, stranger } }) => {
          return { ref, email, id: kind === 'stranger' ? stranger : id };
        });
        const body = campaignFor(recipients, { controller, advertiser: controller });
        const submitted = ask(steppedBy(step), 'createCampaign', { body });
        const deeds = crowd.map(async ({ kind, delay, person }) => {
          for (let wait = 0; wait < delay; wait++) await step(() => Promise.resolve());
          const deed = deedOf(kind, person);
          if (deed !== null) await tell(steppedBy(step), [own(deed)]);
        });
        let over = false;
        const told = Promise.all([submitted, ...deeds]).finally(() => {
          over = true;
        });
        const fed = (async () => {
          while (!over) {
            await step(() => feed.follow().catch(() => {}));
            await nextTurn();
          }
        })();
        // Between two moments all else has its turn: files, commits, who was only just woken.
        await scheduler.waitFor(Promise.all([told, fed]), async (act) => {
          await act();
          for (let turn = 0; turn < TURNS; turn++) await nextTurn();
        });
        // Whatever is left over is found by the next round and by the sweeps.
        begun = false;
        waited += 2 * SECOND_MS;
        await feed.follow();
        await sweepLiveCampaigns(gate);
        const { id, state, counts } = CampaignView.parse((await submitted).body);
        await continueSearches(gate, id);
        expect(state).toBe('cleared');
        const allowed = await refsAllowed(id);
        expect(counts.allowed).toBe(allowed.length);
        await ask(gate, 'cancelCampaign', { params: { id } });
        const reply = await ask(gate, 'listRecalls', { params: { id } });
        const recalls = RecallPage.parse(reply.body).items.map(({ ref }) => ref);
        expect(new Set(recalls).size).toBe(recalls.length);
        for (const { kind, person } of crowd) {
          const isLeft = allowed.includes(person.ref) && !recalls.includes(person.ref);
          expect({ kind, isLeft }).toEqual({ kind, isLeft: !refuses(kind) });
        }
      },
    );
    await fc.assert(property, fastCheckRuns());
  },
  propertyTimeoutMs,
);
