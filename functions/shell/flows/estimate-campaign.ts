import {
  HOSTS_OF_PAGE,
  estimateEmbedded,
  estimateOnAws,
  type EstimateInput,
} from '../../../shared/campaign/estimate.ts';
import { homeRegion } from '../../../shared/campaign/list-prices.ts';
import type { CampaignEstimate } from '../../../shared/contract/estimates.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { channelContacts } from '../../../shared/contract/vocabulary.ts';
import type { Gate } from '../gate.ts';
import { UploadProblem } from '../imports/upload-problem.ts';
import { openUpload } from '../imports/upload-text.ts';
import type { FileKey } from '../ports/files.ts';
import { Problem } from '../problem.ts';
import type { StoredCampaign } from '../stores/campaign-store.ts';
import { uploadFile } from '../stores/import-store.ts';
import { baseSizeOf } from '../stores/page-states.ts';

/** How many recipients are expected, and where that is known from. */
interface Expected {
  readonly recipients: number;
  readonly source: string;
}

/**
 * What the evaluation of a campaign will take. It reads the beginning of the upload and at most one
 * small part of the base, and changes nothing of the campaign.
 */
export async function estimateCampaign(
  gate: Gate,
  campaign: StoredCampaign,
): Promise<CampaignEstimate> {
  const { recipients, source } = await expectedRecipients(gate, campaign);
  const base = await baseSizeOf(gate, campaign.fields.controller);
  const input: EstimateInput = {
    recipients,
    base,
    kind: channelContacts[campaign.fields.channel],
    uploaded: campaign.upload !== null,
  };
  // At home the process has the stores to itself, and nothing is billed.
  const embedded = gate.aloneSince !== undefined;
  const { usage, dollars, seconds } = embedded
    ? estimateEmbedded(input)
    : estimateOnAws(input, homeRegion);
  return {
    recipients,
    base: { contactPoints: base.rows },
    readUnits: Math.round(usage.readUnits),
    writeUnits: Math.round(usage.writeUnits),
    requests: {
      functions: usage.lambdaCalls,
      queue: usage.queueRequests,
      fileWrites: usage.fileWrites,
      fileReads: usage.fileReads,
    },
    dollars: Number(dollars.toPrecision(DOLLAR_DIGITS)),
    seconds: Math.ceil(seconds),
    assumptions: [source, ...hostsOf(input), ...(embedded ? atHome : onAws)],
  };
}

/** More digits than that would promise what no estimate keeps. */
const DOLLAR_DIGITS = 3;

const common = [
  'every recipient is named by one contact point that the gate knows, without further identifiers',
] as const;
const atHome = [...common, 'one machine, with nothing else to do'] as const;
const onAws = [
  ...common,
  `list prices of ${homeRegion}, without free tiers, storage, transfer and logs`,
  'tables that are not throttled, and functions that are warm',
] as const;

/** Hosts are looked up for blocks of whole domains, which only addresses of e-mail have. */
function hostsOf({ kind }: EstimateInput): readonly string[] {
  if (kind !== 'email') return [];
  return [`addresses at ${HOSTS_OF_PAGE} hosts and domains a page; each further one is a read`];
}

async function expectedRecipients(gate: Gate, campaign: StoredCampaign): Promise<Expected> {
  if (campaign.submitted > 0) {
    return { recipients: campaign.submitted, source: 'the recipients that were submitted' };
  }
  const rows = await rowsOfUpload(gate, campaign);
  if (rows !== null) return { recipients: rows, source: 'rows of the file, by its beginning' };
  const { expectedRecipients: expected } = campaign.fields;
  if (expected === undefined) {
    const detail = 'upload the file first, or name `expectedRecipients` in the campaign';
    throw new Problem('state-conflict', `nobody knows how many recipients it has: ${detail}`);
  }
  return { recipients: expected, source: '`expectedRecipients` of the campaign' };
}

/** Rows of a file, packed or not, if all are as long as the first ones; null without a file. */
async function rowsOfUpload(
  gate: Gate,
  { id, upload }: Pick<StoredCampaign, 'id' | 'upload'>,
): Promise<number | null> {
  const file = uploadFile(id);
  const size = upload === null ? null : await gate.files.size(file);
  if (upload === null || size === null) return null;
  const head = await readHead(gate, file);
  if (head === null) return null;
  const { lines, position } = head;
  const rows = (lines * size) / Math.max(1, Math.min(size, position));
  const header = upload.format === 'csv' ? 1 : 0;
  return Math.min(limits.campaignRecipients, Math.max(1, Math.round(rows) - header));
}

/** Lines at the beginning of a file, and how many of its bytes they take. */
async function readHead(gate: Gate, file: FileKey) {
  try {
    const text = await openUpload(gate.files, file);
    if (text === null) return null;
    let [lines, last] = [0, LINE_FEED];
    for await (const chunk of text.chunks) {
      for (const byte of chunk) if (byte === LINE_FEED) lines++;
      last = chunk.at(-1) ?? last;
      if (text.position() >= limits.estimateHeadBytes) break;
    }
    return { lines: last === LINE_FEED ? lines : lines + 1, position: text.position() };
  } catch (cause) {
    // The evaluation will say the same, with the place.
    if (cause instanceof UploadProblem) throw new Problem('state-conflict', cause.message);
    throw cause;
  }
}

const LINE_FEED = 0x0a;
