import {
  readMapping,
  type CreatedImport,
  type ImportMapping,
  type ImportSubmission,
} from '../../../shared/contract/imports.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { formatId, parseId } from '../../../shared/kernel/ids.ts';
import { HOUR_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import { mayActFor, type Actor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { Problem } from '../problem.ts';
import { listControllers } from '../stores/controller-store.ts';
import {
  newImportWrites,
  noProgress,
  readImport,
  uploadFile,
  type StoredImport,
} from '../stores/import-store.ts';
import { importView, linkView } from './import-view.ts';
import { controllerFor } from './prepare.ts';

interface NewImport {
  readonly actor: Actor;
  readonly now: EpochMs;
  readonly requestId: string;
  readonly body: ImportSubmission;
}

/** Makes an import that waits for its file; a repeated request finds the one that it made. */
export async function createImport(gate: Gate, call: NewImport): Promise<CreatedImport> {
  const { actor, now, body } = call;
  const read = readMapping(body);
  if (!read.ok) throw new Error('invariant broken: the mapping was parsed with the body');
  const stored: StoredImport = {
    id: importIdOf(call.requestId),
    kind: body.kind,
    format: body.format,
    mapping: { ...body.mapping },
    controller: await controllerOf(gate, actor, body, read.mapping),
    actor: {
      subject: actor.subject,
      scopes: [...actor.scopes],
      controllers: actor.controllers === '*' ? '*' : [...actor.controllers],
    },
    createdAt: now,
    state: 'waiting',
    dryRun: false,
    run: 0,
    startedAt: null,
    finishedAt: null,
    uploadBytes: null,
    textBytes: null,
    progress: noProgress,
    rowsPerSecond: 0,
    lease: null,
    attempts: 0,
    problem: null,
  };
  const outcome = await gate.tables.transact(newImportWrites(stored));
  const kept = outcome.done ? stored : ((await readImport(gate, stored.id))?.value ?? stored);
  const expiresAt = now + limits.uploadLinkHours * HOUR_MS;
  const link = await gate.files.link(uploadFile(kept.id), { method: 'PUT', expiresAt });
  return { ...(await importView(gate, kept)), upload: linkView(link) };
}

/** An import is named after the request that made it. */
function importIdOf(requestId: string): string {
  const bytes = parseId('req', requestId);
  if (bytes === null) throw new Error('invariant broken: a request has an identifier');
  return formatId('imp', bytes);
}

/**
 * The controller of all rows: the one that is named, or, where rows cannot be read without one, the
 * only one that the token acts for. Null where each row names its own.
 */
async function controllerOf(
  gate: Gate,
  actor: Actor,
  body: ImportSubmission,
  mapping: ImportMapping,
): Promise<string | null> {
  const { controller } = body;
  if (controller !== undefined) return (await controllerFor(gate, actor, controller)).id;
  if (mapping.reads === 'event-lines') return null;
  const [only, ...others] = (await listControllers(gate)).filter((id) => mayActFor(actor, id));
  if (only !== undefined && others.length === 0) return only;
  if (
    mapping.reads === 'crm' ||
    ('hash' in mapping.mapping && mapping.mapping.hash !== undefined)
  ) {
    throw wrongController('is required here, because the rows do not name one');
  }
  return null;
}

function wrongController(message: string): Problem {
  return new Problem('invalid-input', `\`controller\` ${message}`, {
    errors: [{ pointer: '/controller', code: 'unknown-controller', message }],
  });
}
