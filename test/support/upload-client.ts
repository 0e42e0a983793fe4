import { setTimeout as pause } from 'node:timers/promises';
import { CampaignView, CreatedCampaign } from '../../shared/contract/campaigns.ts';
import { sendRaw, type Call, type Reply } from './http-client.ts';
import { campaign, type Submission } from './submissions.ts';

/** How long an evaluation of a test may take on a busy machine. */
const ENDED_MS = 120_000;

/** What a marketing tool does with a file of recipients, step by step. */
export interface UploadClient {
  readonly create: (audience: Submission, more?: Submission) => Promise<CreatedCampaign>;
  readonly upload: (created: CreatedCampaign, content: string | Uint8Array) => Promise<Reply>;
  readonly start: (id: string, body?: Submission) => Promise<Reply>;
  readonly view: (id: string) => Promise<CampaignView>;
  /** Waits until it is not evaluated any more; the counts add up all the while. */
  readonly ended: (id: string) => Promise<CampaignView>;
  /** All of it: create, upload, start, wait. */
  readonly run: (
    audience: Submission,
    content: string | Uint8Array,
    options?: { readonly more?: Submission; readonly start?: Submission },
  ) => Promise<CampaignView>;
}

export function uploadClient(call: Call): UploadClient {
  const expectStatus = (reply: Reply, status: number): Reply => {
    if (reply.status === status) return reply;
    throw new Error(`expected ${status}, and it is ${reply.status}: ${reply.text.slice(0, 2000)}`);
  };
  const create: UploadClient['create'] = async (audience, more = {}) => {
    const body = campaign({ audience, ...more });
    const reply = await call('marketing-tool', 'POST', '/v1/campaigns', body);
    return CreatedCampaign.parse(expectStatus(reply, 201).body);
  };
  const upload: UploadClient['upload'] = async ({ upload: link }, content) => {
    if (link === undefined) throw new Error('there is no link to upload to');
    const { pathname, search } = new URL(link.url);
    const { method, headers } = link;
    return sendRaw(link.url, { method, path: `${pathname}${search}`, headers, body: content });
  };
  const start: UploadClient['start'] = (id, body = { mode: 'enforce' }) =>
    call('marketing-tool', 'POST', `/v1/campaigns/${id}/evaluation`, body);
  const view: UploadClient['view'] = async (id) => {
    const reply = await call('marketing-tool', 'GET', `/v1/campaigns/${id}`);
    const seen = CampaignView.parse(expectStatus(reply, 200).body);
    const { submitted, allowed, denied, duplicates, invalid } = seen.counts;
    if (submitted !== allowed + denied + duplicates + invalid) {
      throw new Error(`the counts do not add up: ${JSON.stringify(seen.counts)}`);
    }
    return seen;
  };
  const ended: UploadClient['ended'] = async (id) => {
    const until = Date.now() + ENDED_MS;
    for (;;) {
      const now = await view(id);
      if (now.state !== 'evaluating') return now;
      if (Date.now() > until) throw new Error(`still evaluated: ${JSON.stringify(now.progress)}`);
      await pause(25);
    }
  };
  return {
    ...{ create, upload, start, view, ended },
    run: async (audience, content, options = {}) => {
      const created = await create(audience, options.more);
      expectStatus(await upload(created, content), 200);
      expectStatus(await start(created.id, options.start), 202);
      return ended(created.id);
    },
  };
}
