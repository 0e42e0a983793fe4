import { createWriteStream, mkdirSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { loadLocalKeys } from '../../../functions/embedded/local-keys.ts';
import { createEmbeddedGate, type EmbeddedGate } from '../../../functions/shell/embedded.ts';
import { chunksOf, inParallel } from '../../../functions/shell/ports/in-parallel.ts';
import type { Row, Write } from '../../../functions/shell/ports/tables.ts';
import { writeController } from '../../../functions/shell/stores/controller-store.ts';
import { contactAddress, contactKey, type ContactKey } from '../../../shared/ledger/contact-key.ts';
import type { ContactPointState } from '../../../shared/ledger/contact-point-state.ts';
import { encodeState } from '../../../shared/ledger/state-codec.ts';
import { addressOf, modelPeople, type ModelPerson } from '../base-slice.ts';
import { controller } from '../sample-world.ts';

/*
 * The world of `npm run bench -- million`: as many contact points as recipients, in the data folder
 * of a gate, and once more as a table for the SQL that the gate is compared with.
 */

/** One row in so many is sent twice, and one has an address that is none. */
export const DUPLICATE_EVERY = 1000;
export const INVALID_EVERY = 2000;

export interface World {
  readonly recipients: number;
  /** Of the gate, with its keys. */
  readonly dataFolder: string;
  readonly audienceFile: string;
  readonly baselineFile: string;
  /** Lines of the audience without its header. */
  readonly rows: number;
}

const ROWS_AT_A_TIME = 20_000;

export async function createWorld(folder: string, recipients: number): Promise<World> {
  const dataFolder = join(folder, 'gate');
  mkdirSync(dataFolder, { recursive: true });
  const { keys, signer, linkSecret } = loadLocalKeys(dataFolder);
  const gate = createEmbeddedGate({
    ...{ dataFolder, keys, signer, linkSecret },
    log: { write: () => {} },
    baseUrl: () => '',
  });
  const baselineFile = join(folder, 'baseline.sqlite');
  const baseline = openPermissions(baselineFile);
  await writeController(gate, controller.id, controller.settings);
  const models = (await modelPeople()).map((person) => ({
    person,
    body: encodeState(person.state),
    flags: flagsOf(person.state),
  }));
  const secret = keys.current.key;
  const keyOf = (email: string) =>
    contactKey(secret, controller.id, { kind: 'email', normalised: email, numberCountry: null });
  for (let from = 0; from < recipients; from += ROWS_AT_A_TIME) {
    const count = Math.min(ROWS_AT_A_TIME, recipients - from);
    const some = Array.from({ length: count }, (_, index) => {
      const model = modelAt(models, from + index);
      return { key: keyOf(addressOf(from + index, model.person)), model };
    });
    await storeStates(
      gate,
      some.map(({ key, model }) => ({ key, body: model.body })),
    );
    storePermissions(
      baseline,
      some.map(({ key, model }) => ({ key, flags: model.flags })),
    );
  }
  await forgetChanges(gate);
  gate.close();
  baseline.close();
  const audienceFile = join(folder, 'audience.csv');
  const rows = await writeAudience(
    audienceFile,
    recipients,
    models.map(({ person }) => person),
  );
  return { recipients, dataFolder, audienceFile, baselineFile, rows };
}

function modelAt<Model>(models: readonly Model[], number: number): Model {
  const model = models[number % models.length];
  if (model === undefined) throw new Error('the sample knows somebody');
  return model;
}

async function storeStates(
  gate: EmbeddedGate,
  states: readonly { readonly key: ContactKey; readonly body: Uint8Array }[],
): Promise<void> {
  const writes = states.map(({ key, body }): Write => {
    const row: Row = { ...contactAddress(controller.id, key), version: 1, body };
    return { kind: 'put-if-absent', table: 'contact-points', row };
  });
  await inParallel(chunksOf(writes, 100), 50, async (chunk) => {
    const { done } = await gate.tables.transact(chunk);
    if (!done) throw new Error('two people have one key');
  });
}

/** They were there before the gate started: nobody is to be told of them. */
async function forgetChanges(gate: EmbeddedGate): Promise<void> {
  const last = await gate.tables.lastChange('contact-points');
  if (last !== null) await gate.tables.forgetChanges('contact-points', last);
}

/** What a table of permissions would have for a newsletter: one column for each condition. */
function flagsOf(state: ContactPointState): readonly number[] {
  const confirmed = state.consents.some((consent) => consent.confirmedAt !== null);
  const flags = [
    confirmed,
    state.consents.some(({ wordingComplete, method }) => wordingComplete && method !== null),
    state.withdrawals.length > 0,
    state.objections.length > 0,
    state.blocks.length > 0,
    state.erased !== null,
    state.restrictions.length > 0,
    state.undeliverable !== null,
    state.conflict,
    state.residence === 'DE',
  ];
  return [...flags.map(Number), state.lastActive?.at ?? 0, state.contacts.at(-1)?.at ?? 0];
}

function openPermissions(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA page_size = 4096;
    CREATE TABLE permission (key BLOB PRIMARY KEY, confirmed, evidence, withdrawn, objected,
      blocked, erased, restricted, undeliverable, conflict, resident, active_at, contacted_at)
      WITHOUT ROWID`);
  return database;
}

function storePermissions(
  database: DatabaseSync,
  rows: readonly { readonly key: ContactKey; readonly flags: readonly number[] }[],
): void {
  const places = Array.from({ length: 13 }, () => '?').join(', ');
  const add = database.prepare(`INSERT INTO permission VALUES (${places})`);
  database.exec('BEGIN');
  for (const { key, flags } of rows) add.run(Buffer.from(key, 'hex'), ...flags);
  database.exec('COMMIT');
}

/** A CSV as a CRM exports it: a ref, the address, and columns of the caller's own. */
async function writeAudience(
  file: string,
  recipients: number,
  models: readonly ModelPerson[],
): Promise<number> {
  const stream = createWriteStream(file);
  stream.write('ref;email;Vorname;Segment\n');
  let rows = 0;
  let lines: string[] = [];
  const flush = async () => {
    if (!stream.write(lines.join(''))) await once(stream, 'drain');
    lines = [];
  };
  for (let number = 0; number < recipients; number++) {
    const email = addressOf(number, modelAt(models, number));
    const line = `row-${number};${email};Erika;${number % 7}\n`;
    lines.push(line);
    if (number % DUPLICATE_EVERY === 1) lines.push(`again-${line}`);
    if (number % INVALID_EVERY === 2) lines.push(`bad-${number};nobody;Erika;0\n`);
    if (lines.length > 5000) {
      rows += lines.length;
      await flush();
    }
  }
  rows += lines.length;
  await flush();
  stream.end();
  await once(stream, 'finish');
  return rows;
}
