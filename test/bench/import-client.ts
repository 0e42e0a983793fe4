import type { ConsentEvent } from '../../shared/contract/events.ts';
import { expectStatus, type GateAnswer, type LocalGate } from './local-gate.ts';

/** The request bodies of some batches of events. */
export function requestsOf(batches: readonly (readonly ConsentEvent[])[]): readonly string[] {
  return batches.map((events) => JSON.stringify({ events }));
}

/** Posts requests one after the other on each of some connections; stops early when asked to. */
export async function importEvents(
  gate: LocalGate,
  requests: readonly string[],
  options: { readonly clients: number; readonly signal?: AbortSignal },
): Promise<readonly GateAnswer[]> {
  const answers: GateAnswer[] = [];
  const remaining = requests.values();
  async function client(): Promise<void> {
    for (const body of remaining) {
      if (options.signal?.aborted === true) return;
      const sent = gate.send({ role: 'consent-source', path: '/v1/events', body });
      answers.push(await expectStatus(202, sent));
    }
  }
  await Promise.all(Array.from({ length: options.clients }, client));
  return answers;
}
