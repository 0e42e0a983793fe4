import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DecisionList } from '../../shared/contract/decisions.ts';
import { formatInstant } from '../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { importClient, ndjson, type ImportClient } from '../support/import-client.ts';
import { checkOf, controllerSettings, event, permitted } from '../support/submissions.ts';

/*
 * The best-known failure of all: an export of the CRM is loaded again, and brings back everybody
 * who has unsubscribed since it was made.
 */

const PEOPLE = 10_000;
const UNSUBSCRIBED = 500;
const EVERY = PEOPLE / UNSUBSCRIBED;
const controller = 'nordlicht';
const own = { controller };

let home: InProcessGate;
let client: ImportClient;

beforeAll(async () => {
  home = await startGateInProcess({ workers: true });
  client = importClient(home.call);
  await home.call('admin', 'PUT', `/v1/controllers/${controller}`, controllerSettings());
});

afterAll(() => home.close());

const email = (person: number) => `person-${person}@example.org`;
const everybody = Array.from({ length: PEOPLE }, (_, person) => person);
const left = everybody.filter((person) => person % EVERY === 7);

/** Whom a check of everybody denies, by their number. */
async function denied(): Promise<readonly number[]> {
  const found: number[] = [];
  for (let start = 0; start < PEOPLE; start += 1000) {
    const recipients = everybody
      .slice(start, start + 1000)
      .map((person) => ({ ref: String(person), email: email(person) }));
    const body = checkOf(recipients, { controller, advertiser: controller });
    const reply = await home.call('marketing-tool', 'POST', '/v1/checks', body);
    const { decisions } = DecisionList.parse(reply.body);
    found.push(
      ...decisions.filter(({ outcome }) => outcome === 'deny').map(({ ref }) => Number(ref)),
    );
  }
  return found;
}

/** The audience as Mailchimp exported it before the 500 left; all of them are in it. */
function mailchimpExport(): string {
  const header =
    'Email Address,First Name,Last Name,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,CC';
  const rows = everybody.map((person) => {
    const optedIn = `"2026-05-${String(1 + (person % 28)).padStart(2, '0')} 09:00:00"`;
    const confirmed = optedIn.replace('09:00', '09:07');
    const name = `Erika,"Muster, ${person}"`;
    return `${email(person)},${name},${optedIn},192.0.2.7,${confirmed},192.0.2.7,DE`;
  });
  return `${[header, ...rows].join('\n')}\n`;
}

const mailchimp = {
  kind: 'events',
  format: 'csv',
  ...own,
  mapping: {
    crm: 'mailchimp',
    exportedAt: '2026-06-01T00:00:00Z',
    timeZone: 'Europe/Berlin',
    purposes: {
      audience: {
        channels: ['EMAIL'],
        purposes: ['newsletter.fashion'],
        wordings: [{ id: 'w-1', version: '1', sha256: 'a'.repeat(64) }],
      },
    },
  },
} as const;

describe(`${PEOPLE} people, of whom ${UNSUBSCRIBED} unsubscribed since the export`, () => {
  const first = ndjson(
    everybody.flatMap((person) =>
      permitted({ email: email(person) }).map((each) => ({ ...each, ...own })),
    ),
  );

  it('all may be written to before', { timeout: 300_000 }, async () => {
    const view = await client.run({ kind: 'events', format: 'ndjson' }, first);
    expect(view.counts).toMatchObject({ rows: 2 * PEOPLE, applied: 2 * PEOPLE });
    expect(await denied()).toEqual([]);
  });

  it('then exactly the 500 are denied', { timeout: 300_000 }, async () => {
    const occurredAt = formatInstant(Date.now());
    const events = left.map((person) =>
      event('consent.withdrawn', { email: email(person) }, {}, { ...own, occurredAt }),
    );
    const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
    expect(reply.body).toMatchObject({ accepted: UNSUBSCRIBED });
    expect(await denied()).toEqual(left);
  });

  it('the same export again changes nothing', { timeout: 300_000 }, async () => {
    const view = await client.run({ kind: 'events', format: 'ndjson' }, first);
    expect(view.counts).toMatchObject({ rows: 2 * PEOPLE, duplicates: 2 * PEOPLE });
    expect(await denied()).toEqual(left);
  });

  it(
    'nor does an export of another system, in which they stand',
    { timeout: 300_000 },
    async () => {
      const view = await client.run(mailchimp, mailchimpExport());
      expect(view.counts).toEqual({
        rows: PEOPLE,
        applied: PEOPLE - UNSUBSCRIBED,
        conflicts: UNSUBSCRIBED,
        duplicates: 0,
        rejected: 0,
      });
      const conflicts = (await client.receipts(view)).filter(
        ({ code }) => code === 'CONFLICT_NEWER_REFUSAL',
      );
      const rows = [...new Set(conflicts.map(({ row }) => row))];
      expect(rows).toEqual(left.map((person) => person + 1));
      expect(await denied()).toEqual(left);
    },
  );
});
