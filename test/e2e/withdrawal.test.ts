import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel } from '../../functions/shell/ports/in-parallel.ts';
import { DecisionList } from '../../shared/contract/decisions.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import {
  checkOf,
  controllerSettings,
  event,
  permitted,
  type Identifiers,
  type Submission,
} from '../support/submissions.ts';

/*
 * "A refusal is effective at once: one that was acknowledged before a recipient is evaluated denies
 * it" (DESIGN, 3). A thousand people refuse while others write and ask, and each is asked about in
 * the moment in which the refusal is acknowledged, by each name that they have.
 */
const PEOPLE = 1000;
/** Pairs of a refusal and a check that are under way at the same time. */
const TOGETHER = 24;

interface Person {
  readonly id: string;
  readonly email: string;
  readonly phone: string;
}

const people: readonly Person[] = Array.from({ length: PEOPLE }, (_, number) => ({
  id: `crm-${number}`,
  // A host of their own, for the refusals of whole hosts.
  email: `somebody@mail.host-${number}.example`,
  phone: `+4915112${String(number).padStart(6, '0')}`,
}));

/** Kinds of refusal, each with the code that is due, sent under one or another name. */
const refusals: readonly (readonly [
  name: string,
  code: string,
  refuse: (person: Person, number: number) => Submission,
])[] = [
  [
    'a withdrawal by e-mail',
    'D_CONSENT_WITHDRAWN',
    ({ email }) => refusal('consent.withdrawn', { email }),
  ],
  ['a withdrawal by id', 'D_CONSENT_WITHDRAWN', ({ id }) => refusal('consent.withdrawn', { id })],
  [
    'an objection',
    'D_OBJECTION_ART21',
    ({ email }) => refusal('objection.raised', { email }, { scope: 'all' }),
  ],
  [
    'an objection by phone',
    'D_OBJECTION_ART21',
    ({ phone }) => refusal('objection.raised', { phone }, { scope: 'all' }),
  ],
  [
    'a restriction',
    'D_RESTRICTED_ART18',
    ({ id }) => refusal('restriction.set', { id }, { ground: 'contested' }),
  ],
  [
    'a complaint',
    'D_OBJECTION_ART21',
    ({ email }) => refusal('delivery.complained', { email }, { channel: 'EMAIL' }),
  ],
  [
    'a block',
    'D_BLOCKLIST_INTERNAL',
    ({ email }) => refusal('blocklist.entered', { email }, { list: 'own' }),
  ],
  [
    'a block of a channel',
    'D_BLOCKLIST_INTERNAL',
    ({ id }) => refusal('blocklist.entered', { id }, { list: 'own', channels: ['EMAIL'] }),
  ],
  [
    'a block of the host',
    'D_BLOCKLIST_INTERNAL',
    ({ email }) =>
      refusal('blocklist.entered', { domain: email.split('@')[1] ?? '' }, { list: 'hosts' }),
  ],
  [
    'a block of the host above',
    'D_BLOCKLIST_INTERNAL',
    (_, number) =>
      refusal('blocklist.entered', { domain: `host-${number}.example` }, { list: 'hosts' }),
  ],
];

function refusal(type: Parameters<typeof event>[0], who: Identifiers, data = {}): Submission {
  return event(type, who, data);
}

let home: InProcessGate;

async function post(events: readonly Submission[]): Promise<void> {
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply.body).toEqual({ accepted: events.length, duplicates: 0, rejected: [] });
}

async function codesOf(recipients: readonly Identifiers[], more: Submission = {}) {
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', checkOf(recipients, more));
  const { decisions } = DecisionList.parse(reply.body);
  return decisions.map(({ basis, reasons }) => [basis, ...reasons.map(({ code }) => code)]);
}

beforeAll(async () => {
  home = await startGateInProcess();
  await home.call('admin', 'PUT', '/v1/controllers/acme', controllerSettings());
  for (let start = 0; start < PEOPLE; start += 250) {
    await post(people.slice(start, start + 250).flatMap(permitted));
  }
});

afterAll(() => home.close());

describe('a refusal that was acknowledged', () => {
  it('everybody may be written to before', async () => {
    for (const name of ['email', 'id', 'phone'] as const) {
      const found = await codesOf(people.map((person) => ({ [name]: person[name] })));
      expect(found.filter(([basis]) => basis !== 'A_CONSENT_VALID')).toEqual([]);
    }
  });

  it('denies from that moment on, under every name of the person', async () => {
    const found = await inParallel([...people.entries()], TOGETHER, async ([number, person]) => {
      const [name = '', code = '', refuse] = refusals[number % refusals.length] ?? [];
      const sent = refuse?.(person, number) ?? {};
      const { id, email, phone } = person;
      // Others write to the same person and ask about them while the refusal is under way.
      const noise = [
        post([event('activity.recorded', { id }, { kind: 'click' })]),
        codesOf([{ email }, { id }], { mode: 'dry_run' }),
      ];
      await post([sent]);
      const seen = await codesOf([{ email }, { id }, { phone }, { id, email, phone }]);
      await Promise.all(noise);
      return { name, seen: seen.map((codes) => codes.includes(code) && codes[0] === null) };
    });
    const failed = found.filter(({ seen }) => seen.includes(false));
    expect(failed).toEqual([]);
    expect(found).toHaveLength(PEOPLE);
  });

  it('and stays, whatever came at the same time', async () => {
    for (const name of ['email', 'id', 'phone'] as const) {
      const found = await codesOf(people.map((person) => ({ [name]: person[name] })));
      expect(found.filter(([basis]) => basis !== null)).toEqual([]);
    }
  });
});
