import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CampaignEstimate } from '../../shared/contract/estimates.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { CONTROLLER, controllerSettings, permitted } from '../support/submissions.ts';
import { uploadClient } from '../support/upload-client.ts';

/* What a campaign will cost, asked before it runs. */

let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess();
  await home.call('admin', 'PUT', `/v1/controllers/${CONTROLLER}`, controllerSettings());
  await home.call('admin', 'PUT', '/v1/controllers/other', controllerSettings());
});

afterAll(() => home.close());

const row = (number: number) => `r-${number};person.${number}@example.org;M\n`;
const csvOf = (rows: number) =>
  ['ref;email;size\n', ...Array.from({ length: rows }, (_, number) => row(number))].join('');

async function draft(content: string | Uint8Array | null, more = {}) {
  const client = uploadClient(home.call);
  const created = await client.create({ format: 'csv' }, more);
  if (content !== null) await client.upload(created, content);
  return created.id;
}

const estimate = (id: string) => home.call('marketing-tool', 'GET', `/v1/campaigns/${id}/estimate`);

async function recipientsOf(id: string): Promise<number> {
  const reply = await estimate(id);
  return CampaignEstimate.parse(reply.body).recipients;
}

describe('an estimate', () => {
  it('goes by the rows of the file, packed or not', async () => {
    expect(await recipientsOf(await draft(csvOf(3)))).toBe(3);
    expect(await recipientsOf(await draft(csvOf(3).trimEnd()))).toBe(3);
    for (const content of [csvOf(40_000), gzipSync(csvOf(40_000))]) {
      const recipients = await recipientsOf(await draft(content));
      expect(recipients).toBeGreaterThan(36_000);
      expect(recipients).toBeLessThan(44_000);
    }
  });

  it('goes by what the caller expects where there is no file', async () => {
    expect(await recipientsOf(await draft(null, { expectedRecipients: 70_000 }))).toBe(70_000);
  });

  it('costs nothing on one machine, and says what it assumes', async () => {
    const id = await draft(csvOf(2000));
    const reply = await estimate(id);
    const { dollars, readUnits, seconds, assumptions } = CampaignEstimate.parse(reply.body);
    expect([dollars, readUnits]).toEqual([0, 0]);
    expect(seconds).toBeGreaterThan(0);
    expect(assumptions.join()).toContain('rows of the file');
  });

  it('knows how many contact points there are', async () => {
    const events = Array.from({ length: 250 }, (_, number) =>
      permitted({ email: `known.${number}@example.org` }),
    ).flat();
    for (let start = 0; start < events.length; start += 500) {
      const body = { events: events.slice(start, start + 500) };
      await home.call('consent-source', 'POST', '/v1/events', body);
    }
    const reply = await estimate(await draft(csvOf(1)));
    const { contactPoints } = CampaignEstimate.parse(reply.body).base;
    expect(contactPoints).toBeGreaterThanOrEqual(0);
    expect(contactPoints).toBeLessThan(40_000);
  });

  it('changes nothing', async () => {
    const id = await draft(csvOf(10));
    await estimate(id);
    const view = await home.call('marketing-tool', 'GET', `/v1/campaigns/${id}`);
    expect(view.body).toMatchObject({ state: 'draft', counts: { submitted: 0 } });
  });

  it('is refused where nobody can tell', async () => {
    expect(await estimate(await draft(null))).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('`expectedRecipients`') },
    });
    const zip = Buffer.from([0x50, 0x4b, 0x03, 0x04, 1, 2, 3]);
    expect((await estimate(await draft(zip))).status).toBe(409);
    expect((await estimate('cmp_06f1q0000000000000000000')).status).toBe(404);
    expect((await estimate('nothing')).status).toBe(404);
  });
});
