import { limits } from '../contract/limits.ts';
import type { ContactPointKind } from '../contract/vocabulary.ts';
import { sha256Hex } from '../kernel/hash.ts';
import type { ContactKey } from '../ledger/contact-key.ts';
import { planReads, READ_UNIT_BYTES, unitsOf, type BaseSize } from '../ledger/read-plan.ts';
import { costOf, listPrices, noUsage, type Region, type Usage } from './list-prices.ts';

/*
 * What an evaluation will use, before it runs. Units follow from how the gate reads and writes;
 * what does not follow was measured (docs/cost.md), and each such figure stands here once.
 */

export interface EstimateInput {
  readonly recipients: number;
  readonly base: BaseSize;
  /** What the channel contacts. */
  readonly kind: ContactPointKind;
  /** Whether the audience comes as a file, or within the request. */
  readonly uploaded: boolean;
}

/** Measured on the sample: a page of the log has this beside its keys, and bits for each ruling. */
const PAGE_BYTES = 1700;
const RULING_BITS = 8;
/** Bits of a key that a page keeps, and what the code of a difference takes more than it says. */
const KEY_BITS = 64;
const CODE_BITS = 1.5;
const WRITE_UNIT_BYTES = 1024;

/** Read with each page: the campaign, its progress, and whether the page is there. */
const PAGE_READS = 3.3;
/** Sealing reads the page of its leaf and, shared with others, announcements and the tree. */
const SEALING_READS = 1.3;
/** Written with each page: the count, its announcement, which goes again, and its leaf. */
const PAGE_WRITES = 1.4 + 1 + 1 + 1.4;
/** The campaign itself from its submission to its end, with its run and its shards. */
const CAMPAIGN_READS = 45;
const CAMPAIGN_WRITES = 60;

/**
 * Hosts of addresses on a page, with the domains above them, as the sample has them. The real ones
 * have a longer tail, of which each is one more read; an estimate says so.
 */
export const HOSTS_OF_PAGE = 20;

/** Seconds of a recipient: read and sorted, decided, written. */
interface StageSeconds {
  readonly planning: number;
  readonly deciding: number;
  readonly writing: number;
}

/** On one core of AWS, with its waits for the tables (`npm run bench -- cost`). */
const onAws: StageSeconds = { planning: 26e-6, deciding: 70e-6, writing: 14e-6 };
/** In one process with its stores to itself (`npm run bench -- million`). */
const atHome: StageSeconds = { planning: 10.5e-6, deciding: 26.6e-6, writing: 7e-6 };

/** Gigabytes of a function that has a whole core. */
const WORKER_GB = 1769 / 1024;
/** Bytes of the result files for a recipient, and of one part of a file that is put in parts. */
const RESULT_BYTES = 1200;
const FILE_PART_BYTES = 8 * 1024 ** 2;
/** A message is sent, received and deleted, ten or five at a time. */
const MESSAGE_REQUESTS = 0.1 + 0.2 + 0.2;
/** Calls of a worker side by side (infra/sizes.ts), and seconds in which a campaign starts. */
const PARALLEL_CALLS = 10;
const START_SECONDS = 5;

/** What an evaluation uses on AWS. */
export function usageOf(input: EstimateInput): Usage {
  const { recipients, uploaded } = input;
  const shards = Math.ceil(recipients / limits.audienceShardRows);
  // Each shard is cut by itself, and ends with a page that is not full.
  const pages = shards * Math.ceil(recipients / Math.max(1, shards) / limits.pageRecipients);
  const parts = Math.ceil(recipients / limits.audiencePartRows);
  const pageRecipients = recipients / Math.max(1, pages);
  const pageBytes = pageBytesOf(recipients, pageRecipients);
  const pageUnits = Math.ceil(pageBytes / READ_UNIT_BYTES);
  // Sealed, read where results are written, and once more for the file of all pages.
  const rereads = pageUnits * 3 + SEALING_READS;
  const facts = contactReads(input, pageRecipients) + domainReads(input, pageRecipients);
  const messages = uploaded ? pages + 2 * shards + parts : 0;
  const seconds = secondsOf(onAws, uploaded);
  const results = Math.ceil((recipients * RESULT_BYTES) / FILE_PART_BYTES) + 4 * shards;
  return {
    ...noUsage,
    readUnits: CAMPAIGN_READS + pages * (PAGE_READS + rereads + facts),
    writeUnits:
      CAMPAIGN_WRITES +
      pages * (Math.ceil(pageBytes / WRITE_UNIT_BYTES) + PAGE_WRITES) +
      8 * shards,
    lambdaGbSeconds: recipients * seconds * WORKER_GB,
    lambdaCalls: Math.ceil(messages / 5) + 1,
    queueRequests: Math.ceil(messages * MESSAGE_REQUESTS),
    fileWrites: uploaded ? parts * shards + 2 * shards + results : pages,
    fileReads: uploaded ? 1 + parts * shards + pages + shards : pages,
    apiRequests: 4,
  };
}

/** Whoever comes with the request is decided in it, and in no file. */
function secondsOf({ planning, deciding, writing }: StageSeconds, uploaded: boolean): number {
  return uploaded ? planning + deciding + writing : deciding;
}

/** Bytes of a page: keys that lie the closer together the larger the campaign. */
function pageBytesOf(recipients: number, pageRecipients: number): number {
  const keyBits = KEY_BITS - Math.log2(Math.max(1, recipients)) + CODE_BITS;
  return PAGE_BYTES + (pageRecipients * (keyBits + RULING_BITS)) / 8;
}

/** The contact points of one page, as the gate would read them: by range or one by one. */
function contactReads({ recipients, base }: EstimateInput, pageRecipients: number): number {
  const keys = typicalPage(Math.round(pageRecipients), pageRecipients / recipients);
  const plan = planReads(keys, base);
  return unitsOf(plan, base);
}

/** Keys as even as hashes in the part of all keys that one page covers. */
function typicalPage(count: number, part: number): readonly ContactKey[] {
  return Array.from({ length: count }, (_, index) => {
    const even = Number.parseInt(sha256Hex(`recipient ${index}`).slice(0, 12), 16) / 16 ** 12;
    return Math.floor(even * part * 16 ** 12)
      .toString(16)
      .padStart(12, '0')
      .padEnd(32, '0');
  });
}

function domainReads({ kind }: EstimateInput, pageRecipients: number): number {
  return kind === 'email' ? Math.min(HOSTS_OF_PAGE, 2 * pageRecipients) : 0;
}

export interface Estimate {
  readonly usage: Usage;
  readonly dollars: number;
  readonly seconds: number;
}

/** On AWS in a region, with its functions warm and its tables not throttled. */
export function estimateOnAws(input: EstimateInput, region: Region): Estimate {
  const usage = usageOf(input);
  const { recipients, uploaded } = input;
  // A file is split by one worker; everything else is done side by side.
  const alone = uploaded ? START_SECONDS + (recipients * onAws.planning) / 2 : 0;
  const together = usage.lambdaGbSeconds / WORKER_GB - alone;
  return {
    usage,
    dollars: costOf(usage, listPrices[region]).total,
    seconds: alone + Math.max(0, together) / (uploaded ? PARALLEL_CALLS : 1),
  };
}

/** On one machine, which bills nothing. */
export function estimateEmbedded({ recipients, uploaded }: EstimateInput): Estimate {
  const seconds = secondsOf(atHome, uploaded);
  return { usage: noUsage, dollars: 0, seconds: recipients * seconds };
}
