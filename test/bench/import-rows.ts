import { randomBytes } from 'node:crypto';
import type { Actor } from '../../functions/shell/actor.ts';
import { createImport } from '../../functions/shell/flows/create-import.ts';
import { runImport } from '../../functions/shell/flows/run-import.ts';
import { startImport } from '../../functions/shell/flows/start-import.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import { readImport, uploadFile } from '../../functions/shell/stores/import-store.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { DAY_MS, formatInstant } from '../../shared/kernel/instant.ts';
import { controller } from './sample-world.ts';

const hash = 'a'.repeat(64);
const since = Date.now() - 300 * DAY_MS;
const hosts = ['example.org', 'example.com', 'mail.example.net'] as const;

/** Somebody new with a complete consent, as one line of an import. */
export function consentLine(row: number): string {
  const event = {
    id: `crm-${row}`,
    source: 'crm',
    type: 'consent.confirmed',
    occurredAt: formatInstant(since + row * 1000),
    controller: controller.id,
    subject: { id: `crm-${row}`, email: `person.${row}@${hosts[row % hosts.length]}` },
    data: {
      consentId: `newsletter-${row}`,
      channels: ['EMAIL'],
      purposes: ['newsletter.fashion'],
      form: 'active',
      wording: { id: 'newsletter', version: '3', sha256: hash },
      evidence: {
        method: 'doi_email',
        url: 'https://shop.example.org/newsletter',
        ip: '192.0.2.17',
        userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
        ref: `mail-${row}`,
      },
    },
  };
  return `${JSON.stringify(event)}\n`;
}

const actor: Actor = {
  subject: 'bench',
  scopes: new Set(['ledger:write']),
  controllers: new Set([controller.id]),
};

/** A whole import without HTTP and queue, from the upload to the receipts. */
export async function importInProcess(gate: Gate, lines: readonly string[]): Promise<void> {
  const now = gate.clock.now();
  const requestId = newId('req', now, randomBytes(10));
  const body = { kind: 'events', format: 'ndjson', controller: controller.id } as const;
  const { id } = await createImport(gate, { actor, now, requestId, body });
  await gate.files.put(uploadFile(id), Buffer.from(lines.join('')));
  await startImport(gate, { actor, operation: 'startImport', now, id, dryRun: false });
  await runImport(gate, { importId: id, run: 1 });
  const ended = await readImport(gate, id);
  const { applied } = ended?.value.progress.counts ?? { applied: 0 };
  if (applied !== lines.length) throw new Error(`${applied} of ${lines.length} rows were applied`);
}
