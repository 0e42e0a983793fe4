import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { actorOf } from '../../functions/shell/actor.ts';
import { checkRecipients } from '../../functions/shell/flows/check-recipients.ts';
import { recordEvents } from '../../functions/shell/flows/record-events.ts';
import { writeController } from '../../functions/shell/stores/controller-store.ts';
import { CheckSubmission } from '../../shared/contract/campaigns.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { fastCheckRuns, propertyTimeoutMs } from '../support/property-runs.ts';
import { rotatingKeys } from '../support/rotating-keys.ts';
import {
  checkOf,
  consent,
  controllerSettings,
  event,
  registered,
  type Identifiers,
  type Submission,
} from '../support/submissions.ts';

/*
 * Two gates are told the same. The one always has its first key; the ring of the other gets new
 * versions in between, at any point of the history. Nobody may notice by their decisions.
 */

const VERSIONS = 4;
const controllers = Array.from({ length: VERSIONS }, (_, index) => `made-under-${index + 1}`);

const ring = rotatingKeys();
let still: InProcessGate;
let rotated: InProcessGate;

beforeAll(async () => {
  still = await startGateInProcess();
  rotated = await startGateInProcess({ keys: ring.keys });
  for (const [index, id] of controllers.entries()) {
    ring.use(index + 1);
    for (const { gate } of [still, rotated]) {
      await writeController(gate, id, controllerSettings());
    }
  }
});

afterAll(async () => {
  await still.close();
  await rotated.close();
});

type Said = (subject: Identifiers, more: Submission) => Submission;

const facts: readonly Said[] = [
  registered,
  (subject, more) => consent(subject, {}, more),
  (subject, more) => event('objection.raised', subject, { scope: 'all' }, more),
  (subject, more) => event('consent.withdrawn', subject, {}, more),
  (subject, more) => event('blocklist.entered', subject, { list: 'internal' }, more),
  (subject, more) => event('restriction.set', subject, { ground: 'accuracy' }, more),
];

/** What is said of one person, by which of their names, and the key that is current then. */
const step = fc.record({
  fact: fc.nat({ max: facts.length - 1 }),
  names: fc.constantFrom(['email'], ['phone'], ['email', 'phone'], ['id', 'email'], ['id']),
  version: fc.integer({ min: 1, max: VERSIONS }),
});

let people = 0;

function newPerson(): Readonly<Record<string, string>> {
  people++;
  const phone = `+49 30 23125 ${String(people % 1000).padStart(3, '0')}`;
  return { id: `person-${people}`, email: `person-${people}@example.org`, phone };
}

async function tell({ gate }: InProcessGate, said: Submission): Promise<void> {
  const actor = actorOf({ sub: 'source', scope: 'ledger:write', controllers: '[*]' });
  const { accepted, rejected } = await recordEvents(gate, actor, [said]);
  expect({ accepted, rejected }).toEqual({ accepted: 1, rejected: [] });
}

async function decisionOf({ gate }: InProcessGate, controller: string, person: Identifiers) {
  const actor = actorOf({ sub: 'tool', scope: 'checks:write', controllers: '[*]' });
  const body = CheckSubmission.parse(checkOf([person], { controller, advertiser: controller }));
  const requestId = newId('req', gate.clock.now(), gate.randomBytes(10));
  const [decision] = await checkRecipients(gate, { actor, requestId, body });
  return [decision?.outcome, decision?.basis, decision?.reasons.map(({ code }) => code)];
}

it(
  'decides alike, at whatever points of a history the key changes',
  async () => {
    let denied = 0;
    let allowed = 0;
    const history = fc.array(step, { minLength: 1, maxLength: 6 });
    const property = fc.asyncProperty(
      history,
      fc.constantFrom(...controllers),
      async (steps, controller) => {
        const person = newPerson();
        for (const { fact, names, version } of steps) {
          ring.use(version);
          const subject = Object.fromEntries(names.map((name) => [name, person[name]]));
          const said = facts[fact]?.(subject, { controller });
          if (said === undefined) throw new Error('there are facts');
          await tell(still, said);
          await tell(rotated, said);
          const [expected, seen] = await Promise.all(
            [still, rotated].map((home) => decisionOf(home, controller, person)),
          );
          expect(seen).toEqual(expected);
          if (expected?.[0] === 'allow') allowed++;
          else denied++;
        }
      },
    );
    await fc.assert(property, fastCheckRuns());
    // A property about nobody says nothing.
    expect(Math.min(allowed, denied)).toBeGreaterThan(0);
  },
  propertyTimeoutMs,
);
