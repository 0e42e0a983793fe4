import * as z from 'zod';
import { writeWebhook } from '../../functions/shell/stores/webhook-store.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import type { Recall } from '../../shared/contract/recalls.ts';
import { CONTROLLER } from '../support/submissions.ts';
import type { Caller, Calls } from './campaign-life.ts';

const Told = z.object({
  type: z.string(),
  data: z.object({ campaignId: z.string(), decisionId: z.string().optional() }),
});

/** A tool that wants to hear of recalls and of the end of a campaign, and is down now and then. */
export class Receiver {
  readonly #calls: Calls;
  /** What it took, by `webhook-id`. */
  readonly #taken = new Map<string, z.infer<typeof Told>>();

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  async register(quiet: Gate): Promise<void> {
    await writeWebhook(quiet, CONTROLLER, 'tool', {
      url: 'https://tool.example/',
      events: ['campaign.cleared', 'campaign.rejected', 'clearance.recalled'],
    });
  }

  outboundOf({ call }: Caller): Gate['outbound'] {
    return {
      accepts: () => true,
      send: ({ headers, body }) =>
        call('send to the receiver', () => {
          const isDown = !this.#calls.isCalm && this.#calls.random() < 0.2;
          if (isDown) return { ok: false, failure: 'unreachable' };
          const text = typeof body === 'string' ? body : '';
          this.#taken.set(headers?.['webhook-id'] ?? '', Told.parse(JSON.parse(text)));
          return { ok: true, status: 204, headers: {}, body: new Uint8Array() };
        }),
    };
  }

  /** What it should have heard of a campaign and has not, or more than once. */
  unheard(id: string, state: string, recalls: readonly Recall[]): readonly string[] {
    const own = [...this.#taken.values()].filter(({ data }) => data.campaignId === id);
    const heard = own.flatMap(({ type, data }) => {
      return type === 'clearance.recalled' ? [data.decisionId ?? ''] : [];
    });
    const wrong = recalls
      .map(({ decisionId }) => decisionId)
      .filter((decisionId) => heard.filter((each) => each === decisionId).length !== 1)
      .map((decisionId) => `the receiver was not told once of the recall ${decisionId}`);
    const isToldOf = state === 'cleared' || state === 'rejected';
    if (isToldOf && !own.some(({ type }) => type === `campaign.${state}`)) {
      wrong.push(`the receiver was not told that the campaign is \`${state}\``);
    }
    return wrong;
  }
}
