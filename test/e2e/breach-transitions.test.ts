import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breachDue } from '../../functions/workers/breach-due.ts';
import {
  BreachClock,
  breachStates,
  BreachView,
  type BreachState,
} from '../../shared/contract/breach-cases.ts';
import { formatInstant, HOUR_MS } from '../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import type { Reply } from '../support/http-client.ts';
import { manualClock } from '../support/manual-clock.ts';
import type { Submission } from '../support/submissions.ts';

/*
 * Every action in every state of a case (issue 6, Must 5): what is allowed leads to the state of
 * RULES F.1, and what is not is a 404, 409 or 422 that says what is missing and changes nothing.
 */

const clock = manualClock(Date.parse('2026-11-20T12:17:00Z'));
let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess({ clock });
});

afterAll(() => home.close());

const ago = (hours: number) => formatInstant(clock.now() - hours * HOUR_MS);
const role = 'incident-responder';
const post = (id: string, path: string, body?: Submission) =>
  home.call(role, 'POST', `/v1/breaches/${id}${path}`, body);
const change = (id: string) =>
  home.call(role, 'PATCH', `/v1/breaches/${id}`, { facts: { nature: 'a list' } });

const severity = {
  ...{ dpc: { kind: 'simple' }, ei: 1, confidentiality: 0.5, integrity: 0, availability: 0 },
  ...{ malicious: false, individuals: 12_000, unintelligible: false },
};
const assessed = { severity, riskDecision: 'RISK', reasons: 'a list' };
const told = { regime: 'GDPR', phase: 'INITIAL', authority: 'LDI NRW', submittedAt: ago(0) };
const letter = { sentAt: ago(0), channel: 'post', text: 'we are sorry', recipients: 1 };
const aware = { awareAt: ago(2), basis: 'a call' };

const opening = {
  ...{ title: 'a list', description: 'lay open', types: ['C'], source: 'monitoring' },
  ...{ establishment: { country: 'DE' }, timezone: 'Europe/Berlin', role: 'controller' },
  ...{ regimes: ['GDPR'], suspectedAt: ago(3) },
};

/** From each state to the next one, as a responder goes. */
const ways: readonly (readonly [BreachState, (id: string) => Promise<Reply>])[] = [
  ['INVESTIGATING', change],
  ['AWARE', (id) => post(id, '/awareness', aware)],
  ['ASSESSED', (id) => post(id, '/assessments', assessed)],
  ['SA_NOTIFIED', (id) => post(id, '/notifications', told)],
  ['DS_COMMUNICATED', (id) => post(id, '/communications', letter)],
  ['CLOSED', (id) => post(id, '/closure', {})],
];

async function caseIn(state: BreachState): Promise<string> {
  const opened = await home.call(role, 'POST', '/v1/breaches', opening);
  const { id } = BreachView.parse(opened.body);
  for (const [next, go] of ways) {
    if ((await read(id)).state === state) return id;
    expect((await go(id)).status).toBe(200);
    if (next === 'AWARE') await breachDue({ breachId: id }, home.gate);
  }
  return id;
}

async function read(id: string): Promise<BreachView> {
  return BreachView.parse((await home.call('dpo', 'GET', `/v1/breaches/${id}`)).body);
}

async function firstAlert(id: string): Promise<string> {
  const { body } = await home.call('dpo', 'GET', `/v1/breaches/${id}/clock`);
  return BreachClock.parse(body).alerts[0]?.id ?? 'alr_none';
}

type Act = (id: string) => Promise<Reply>;
const act =
  (path: string, body?: Submission): Act =>
  (id) =>
    post(id, path, body);
const onAlert =
  (what: string): Act =>
  async (id) =>
    post(id, `/alerts/${await firstAlert(id)}/${what}`);

type Outcome = BreachState | readonly [status: number, says: string];
const S: Outcome = 'SUSPECTED';
const I: Outcome = 'INVESTIGATING';
const A: Outcome = 'AWARE';
const R: Outcome = 'ASSESSED';
const N: Outcome = 'SA_NOTIFIED';
const D: Outcome = 'DS_COMMUNICATED';
const C: Outcome = 'CLOSED';
const unaware: Outcome = [409, 'awareness first'];
const closed: Outcome = [409, 'reopen it first'];
const no = (status: number, says: string): Outcome => [status, says];

/** By action: where it leads from each state, in the order of the states, or what is answered. */
const table: readonly (readonly [string, Act, readonly Outcome[]])[] = [
  ['facts', change, [I, I, A, R, N, D, closed]],
  ['awareness', act('/awareness', { ...aware, awareAt: ago(2.5) }), [A, A, A, R, N, D, closed]],
  [
    'trigger',
    act('/triggers', { regime: 'GDPR', trigger: 'detection', at: ago(2) }),
    [...[unaware, unaware], ...Array.from({ length: 4 }, () => no(422, '/trigger')), closed],
  ],
  ['assessment', act('/assessments', assessed), [unaware, unaware, R, R, N, D, closed]],
  ['notification', act('/notifications', told), [unaware, unaware, N, N, N, D, closed]],
  [
    'follow-up',
    act('/notifications', { ...told, phase: 'SUPPLEMENT' }),
    [
      ...[unaware, unaware],
      ...[no(409, 'no notification'), no(409, 'no notification'), N, D, closed],
    ],
  ],
  [
    'withdrawal',
    act('/notifications', { ...told, phase: 'WITHDRAWAL' }),
    [
      ...[unaware, unaware],
      ...[no(409, 'no notification'), no(409, 'no notification'), N, D, closed],
    ],
  ],
  ['letter', act('/communications', letter), [unaware, unaware, D, D, D, D, closed]],
  [
    'exception',
    act('/communications', { exception: '34(3)(a)', reasons: 'encrypted' }),
    [...[unaware, unaware, A, R, N, D, closed]],
  ],
  [
    'exception without reasons',
    act('/communications', { exception: '34(3)(a)' }),
    Array.from({ length: 7 }, () => no(422, '/reasons')),
  ],
  ['scope', act('/scope', { processor: 'Nobody' }), [S, I, A, R, N, D, closed]],
  [
    'acknowledgement',
    onAlert('acknowledgement'),
    [...[no(404, 'alert'), no(404, 'alert'), A, R, N, D, C]],
  ],
  [
    'alert once more',
    onAlert('redelivery'),
    [
      ...[no(404, 'alert'), no(404, 'alert'), A, R],
      ...[no(409, 'nothing is left'), no(409, 'nothing is left'), closed],
    ],
  ],
  [
    'closure',
    act('/closure', {}),
    [
      ...[no(422, '/reason'), no(422, '/reason')],
      ...[no(409, 'assess the risk'), no(409, 'notify the supervisory authority'), C, C, closed],
    ],
  ],
  [
    'closure with a reason',
    act('/closure', { reason: 'a false alarm' }),
    [...[C, C, no(409, 'assess the risk'), no(409, 'Art. 33(1)'), C, C, closed]],
  ],
  [
    'reopening',
    act('/reopening', { reason: 'more' }),
    [...Array.from({ length: 6 }, () => no(409, 'not closed')), D],
  ],
];

describe.each(table)('%s', (_name, go, outcomes) => {
  it.each(breachStates.map((state, index) => [state, outcomes[index]] as const))(
    'in %s: %s',
    async (state, outcome) => {
      const id = await caseIn(state);
      const before = await read(id);
      expect(before.state).toBe(state);
      const reply = await go(id);
      const after = await read(id);
      if (typeof outcome === 'string') {
        expect([200, 202]).toContain(reply.status);
        expect(after.state).toBe(outcome);
        expect(after.timeline).toHaveLength(before.timeline.length + 1);
        return;
      }
      const [status, says] = outcome ?? [];
      expect({ status: reply.status, text: reply.text }).toMatchObject({ status });
      expect(reply.text).toContain(says);
      expect(after).toEqual(before);
    },
  );
});
