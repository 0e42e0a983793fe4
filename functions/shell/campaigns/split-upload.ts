import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../../../shared/contract/limits.ts';
import { SECOND_MS } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import { UploadProblem } from '../imports/upload-problem.ts';
import { inOrder } from '../ports/in-parallel.ts';
import type { StoredCampaign, StoredUpload } from '../stores/campaign-store.ts';
import type { HeldPlanning, StoredPlanning } from '../stores/plan-store.ts';
import { handOver } from '../task-runner.ts';
import { openAudience, type OpenAudience, type Stretch } from './cut-upload.ts';
import { forgetUnnoted } from './forget-upload.ts';
import { splitStretch, type SplitStretch, type StretchToSplit } from './split-stretch.ts';

/** What reading the file of a campaign goes by. */
export interface Splitting {
  readonly campaign: StoredCampaign;
  readonly upload: StoredUpload;
  readonly controller: StretchToSplit['controller'];
  /** Whether it is time to leave the rest to another call. */
  readonly isTime: () => boolean;
}

/**
 * Reads an upload on from where it was left, stretch by stretch: a part is written before it is
 * noted, so whoever goes on after a crash writes the last ones again. False when it is time to stop
 * before the end. As many stretches are under way as there are hands, so the memory is bounded,
 * whatever the file says.
 */
export async function splitUpload(
  gate: Gate,
  held: HeldPlanning,
  splitting: Splitting,
): Promise<boolean> {
  const { campaign, upload, controller } = splitting;
  const { id, fields } = campaign;
  const { channel } = fields;
  const { run, offset, number, lines, columns, delimiter, bom, uploadBytes } = held.value;
  const known = columns === null || delimiter === null ? null : { columns, delimiter, bom };
  const from = { offset, number, lines };
  const opened = await openAudience(gate, { id, channel, upload }, from, known);
  await keepHeader(held, opened);
  const isLarge = uploadBytes >= limits.handedOverUploadBytes;
  const task = { name: 'split-stretch', perform: splitStretch, isLarge } as const;
  // One more than there are hands: it lies ready when the first of them is free.
  const underWay = gate.tasks === undefined || !isLarge ? 1 : gate.tasks.width + 1;
  const begun: string[] = [];
  const split = inOrder(opened.stretches, underWay, (stretch) => {
    const { bytes } = stretch;
    const before = stretch.from.number;
    const name = nameOf(stretch);
    begun.push(name);
    const of = { run, name, upload, channel, controller, table: opened.table };
    return handOver(gate, task, { ...of, bytes, number: before });
  });
  try {
    for await (const [stretch, made] of keeping(held, split)) {
      refuseTooMany(campaign, held.value.submitted + made.submitted);
      const { to } = stretch;
      const now = gate.clock.now();
      await held.keep(withPart(held.value, { to, made, uploadOffset: opened.position(), now }));
      if (!stretch.isLast && splitting.isTime()) return false;
    }
  } catch (cause) {
    const { parts, asideParts } = held.value;
    const noted = new Set([...parts, ...asideParts]);
    const unnoted = begun.filter((name) => !noted.has(name));
    if (cause instanceof UploadProblem) await forgetUnnoted(gate, run, unnoted);
    throw cause;
  }
  return true;
}

const RENEW_MS = (limits.leaseSeconds * SECOND_MS) / 3;

/** The same, and the file stays in these hands however long one of them takes. */
async function* keeping<Item>(
  held: HeldPlanning,
  items: AsyncGenerator<Item>,
): AsyncGenerator<Item> {
  try {
    for (;;) {
      const coming = items.next();
      // Losing the file ends the wait for it; it has somebody to hear of its failure.
      coming.catch(() => {});
      const next = await renewing(held, coming);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await items.return(undefined);
  }
}

async function renewing<Result>(held: HeldPlanning, coming: Promise<Result>): Promise<Result> {
  for (;;) {
    const waiting = new AbortController();
    const late = pause(RENEW_MS, null, { signal: waiting.signal }).catch(() => null);
    try {
      const first = await Promise.race([coming.then((result) => ({ result })), late]);
      if (first !== null) return first.result;
    } finally {
      waiting.abort();
    }
    await held.renew();
  }
}

/** With its place: whoever goes on from there does not take the header for a row. */
async function keepHeader(held: HeldPlanning, { table, place }: OpenAudience): Promise<void> {
  if (table === null || held.value.columns !== null) return;
  const { columns, delimiter, bom } = table;
  await held.keep({ columns: [...columns], delimiter, bom, ...place });
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

function nameOf({ from, to }: Pick<Stretch, 'from' | 'to'>): string {
  return `${from.number + 1}-${to.number}`;
}

function withPart(
  before: StoredPlanning,
  part: {
    readonly to: Stretch['to'];
    readonly made: SplitStretch;
    readonly uploadOffset: number;
    readonly now: number;
  },
): Partial<StoredPlanning> {
  const { to, made, uploadOffset, now } = part;
  const name = nameOf({ from: before, to });
  const isAside = made.duplicates + made.invalid > 0;
  return {
    ...to,
    uploadOffset,
    parts: made.submitted === 0 ? before.parts : [...before.parts, name],
    asideParts: isAside ? [...before.asideParts, name] : before.asideParts,
    submitted: before.submitted + made.submitted,
    duplicates: before.duplicates + made.duplicates,
    invalid: before.invalid + made.invalid,
    rows: before.rows + made.kept,
    bytes: before.bytes + made.lineBytes,
    movedAt: now,
    attempts: 0,
    deaths: 0,
  };
}
