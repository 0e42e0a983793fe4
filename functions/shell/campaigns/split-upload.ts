import { keyRecipient, type AudienceKeyring } from '../../../shared/campaign/audience.ts';
import { countAside, type AsideLine } from '../../../shared/campaign/audience-plan.ts';
import { PackedRows } from '../../../shared/campaign/packed-rows.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { Gate } from '../gate.ts';
import { UploadProblem } from '../imports/upload-problem.ts';
import type { StoredCampaign, StoredUpload } from '../stores/campaign-store.ts';
import type { HeldPlanning, StoredPlanning } from '../stores/plan-store.ts';
import { encodePart, writePart } from './part-files.ts';
import {
  openAudience,
  type OpenAudience,
  type UploadPlace,
  type UploadRow,
} from './read-upload.ts';
import { writeAside } from './write-audience.ts';

/** What reading the file of a campaign goes by. */
export interface Splitting {
  readonly campaign: StoredCampaign;
  readonly upload: StoredUpload;
  readonly keyring: AudienceKeyring;
  /** Whether it is time to leave the rest to another call. */
  readonly isTime: () => boolean;
}

/** Rows of a part that is not written yet. */
interface Gathered {
  rows: PackedRows;
  aside: AsideLine[];
  submitted: number;
  bytes: number;
}

/**
 * Reads an upload on from where it was left, part by part: a part is written before it is noted, so
 * whoever goes on after a crash writes the last one again. False when it is time to stop before the
 * end. The memory of a part is bounded, whatever the file says.
 */
export async function splitUpload(
  gate: Gate,
  held: HeldPlanning,
  splitting: Splitting,
): Promise<boolean> {
  const { campaign, upload } = splitting;
  const { id, fields } = campaign;
  const { offset, number, lines, columns, delimiter } = held.value;
  const table = columns === null || delimiter === null ? null : { columns, delimiter };
  const from = { offset, number, lines };
  const of = { id, channel: fields.channel, upload };
  const opened = await openAudience(gate, of, from, table);
  await keepHeader(held, opened);
  let gathered = nothing();
  let place = opened.place;
  const write = () => writeGathered(gate, held, gathered, place, opened.position());
  for await (const batch of opened.batches) {
    for (const row of batch.rows) gather(gathered, row, splitting);
    place = batch.place;
    refuseTooMany(campaign, held.value.submitted + gathered.submitted);
    const isFull =
      gathered.submitted >= limits.audiencePartRows || gathered.bytes >= limits.audiencePartBytes;
    if (!isFull) {
      await held.renew();
      continue;
    }
    await write();
    gathered = nothing();
    if (splitting.isTime()) return false;
  }
  if (gathered.submitted > 0) await write();
  return true;
}

/** With its place: whoever goes on from there does not take the header for a row. */
async function keepHeader(
  held: HeldPlanning,
  { columns, delimiter, place }: OpenAudience,
): Promise<void> {
  if (columns === null || held.value.columns !== null) return;
  await held.keep({ columns: [...columns], delimiter, ...place });
}

function nothing(): Gathered {
  return { rows: new PackedRows(), aside: [], submitted: 0, bytes: 0 };
}

/** What a row takes beside its line, some keys and a reference. */
const ROW_BYTES = 200;

function gather(gathered: Gathered, { number, line, read }: UploadRow, by: Splitting): void {
  gathered.submitted++;
  gathered.bytes += line.length + ROW_BYTES;
  if (!read.ok) {
    gathered.aside.push({ code: read.code, number, ref: read.ref, line });
    return;
  }
  const { recipient } = read;
  const keyed = keyRecipient(recipient, by.campaign.fields.channel, by.keyring);
  if (keyed.valid) gathered.rows.add({ row: keyed.row, number, line });
  else gathered.aside.push({ code: keyed.code, number, ref: recipient.ref ?? null, line });
}

function refuseTooMany({ asOf }: StoredCampaign, submitted: number): void {
  if (submitted > limits.campaignRecipients) {
    throw new UploadProblem(`the file has more than ${limits.campaignRecipients} rows`);
  }
  if (asOf !== null && submitted > limits.recipientsAsOf) {
    throw new UploadProblem(
      `the file has more than the ${limits.recipientsAsOf} rows that \`asOf\` allows`,
    );
  }
}

async function writeGathered(
  gate: Gate,
  held: HeldPlanning,
  gathered: Gathered,
  place: UploadPlace,
  uploadOffset: number,
): Promise<void> {
  const { value } = held;
  const { bytes, kept, lineBytes, aside } = encodePart(gathered.rows);
  const all = [...gathered.aside, ...aside].sort((a, b) => a.number - b.number);
  const name = `${value.number + 1}-${place.number}`;
  await Promise.all([
    writePart(gate, value.run, name, bytes),
    writeAside(gate, value.run, name, all),
  ]);
  await held.keep(
    withPart(value, { kept, lineBytes, all, place, uploadOffset, now: gate.clock.now() }),
  );
}

function withPart(
  before: StoredPlanning,
  part: {
    readonly kept: number;
    readonly lineBytes: number;
    readonly all: readonly AsideLine[];
    readonly place: UploadPlace;
    readonly uploadOffset: number;
    readonly now: number;
  },
): Partial<StoredPlanning> {
  const { kept, lineBytes, all, place } = part;
  const { duplicates, invalid } = countAside(all);
  const name = `${before.number + 1}-${place.number}`;
  return {
    ...place,
    uploadOffset: part.uploadOffset,
    parts: [...before.parts, name],
    asideParts: all.length === 0 ? before.asideParts : [...before.asideParts, name],
    submitted: before.submitted + kept + all.length,
    duplicates: before.duplicates + duplicates,
    invalid: before.invalid + invalid,
    rows: before.rows + kept,
    bytes: before.bytes + lineBytes,
    movedAt: part.now,
    attempts: 0,
  };
}
