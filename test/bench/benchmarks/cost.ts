import {
  costOf,
  listPrices,
  noUsage,
  regions,
  type Usage,
} from '../../../shared/campaign/list-prices.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { noteBaseSize } from '../../../functions/shell/stores/base-size-store.ts';
import { sliceOf } from '../base-slice.ts';
import { atMost, type Benchmark, type Figure } from '../benchmark.ts';
import { startDynamodb } from '../dynamodb-local.ts';
import { meterCampaign, type MeteredCampaign } from '../cost/campaign.ts';
import { createMeteredGate } from '../cost/metered-gate.ts';
import { formatFigure } from '../report.ts';
import { controller } from '../sample-world.ts';

/** Recipients of a campaign, and the part of all buckets whose recipients are really there. */
interface Case {
  readonly recipients: number;
  readonly buckets: number;
  /** Contact points of the base; what is not a recipient is believed, and read by nobody. */
  readonly base: number;
}

const wholeBase: Case = { recipients: 1_000_000, buckets: 128, base: 1_000_000 };
const thousandth: Case = { recipients: 50_000, buckets: 820, base: 50_000_000 };

/** Bytes of a contact point of the sample, with its keys. */
const CONTACT_BYTES = 325;

const MILLION = 1e6;

/** What a million logged decisions cost: this gate by measured units, and two other designs. */
export const cost: Benchmark = {
  name: 'cost',
  about: 'a million logged decisions at list price',
  run: async () => {
    const local = await startDynamodb();
    if (!local.runs) return { measured: false, reason: local.reason };
    try {
      return { measured: true, ...(await measureCosts()) };
    } finally {
      await local.stop();
    }
  },
};

async function measureCosts() {
  const { part, all: whole } = await measureCase(wholeBase);
  const { all: thin } = await measureCase(thousandth);
  return {
    figures: [
      ...unitsOf('the whole base', whole, { reads: 100, writes: 12 }),
      ...unitsOf('a thousandth of it', thin, { reads: 1050, writes: 14 }),
      ...regions.flatMap((region) => [
        ...dollarsOf(`${region}: the whole base`, perMillion(whole), region, 0.05),
        ...dollarsOf(`${region}: a thousandth`, perMillion(thin), region),
        ...dollarsOf(`${region}: one item per decision`, oneItemEach(perMillion(whole)), region),
        ...dollarsOf(`${region}: one request per decision`, oneRequestEach, region),
      ]),
    ],
    notes: [
      `whole base: a million, from ${part.recipients.toLocaleString('en')} of them in` +
        ` ${wholeBase.buckets} of 4,096 buckets and from half of those`,
      `… alone: ${perThousand(part, 'readUnits')} read and` +
        ` ${perThousand(part, 'writeUnits')} write units for 1,000 recipients`,
      'a thousandth: 50,000 recipients of a base of 50 million, in the same way',
      'Lambda: seconds on this machine with stand-ins beside it; 1,769 MB',
      'one item per decision: the same reads, functions and files; one write unit for each',
      'one request per decision: API, 10 ms of 512 MB, one read unit and one write unit',
    ],
  };
}

/** A campaign to half of the buckets and one to all of them: from both follows the whole one. */
async function measureCase({ recipients, buckets, base }: Case): Promise<{
  readonly part: MeteredCampaign;
  readonly all: MeteredCampaign;
}> {
  const metered = await createMeteredGate();
  try {
    const secret = metered.gate.keys.current.key;
    const keyring = { controller: controller.id, secret, hashLists: [] };
    const contacts = await sliceOf({ base: recipients, buckets, keyring });
    await metered.store(contacts);
    const size = { rows: base, bytes: base * CONTACT_BYTES };
    await noteBaseSize(metered.gate, controller.id, size);
    const sorted = contacts.toSorted((left, right) => (left.key < right.key ? -1 : 1));
    const emails = sorted.map(({ email }) => email);
    // The first campaign of a policy stores it, once for all that follow.
    await meterCampaign(metered, emails.slice(0, 10));
    const half = await meterCampaign(metered, emails.slice(0, emails.length / 2));
    const part = await meterCampaign(metered, emails);
    return { part, all: extrapolated(half, part, recipients) };
  } finally {
    await metered.close();
  }
}

/**
 * What does not grow with the recipients is counted once for each shard, although some
 * of it is there once a campaign: it rather says too much.
 */
function extrapolated(
  half: MeteredCampaign,
  part: MeteredCampaign,
  recipients: number,
): MeteredCampaign {
  const shards = Math.ceil(recipients / limits.audienceShardRows);
  const grow = (few: number, more: number) => {
    const each = (more - few) / (part.recipients - half.recipients);
    const fixed = Math.max(0, more - each * part.recipients);
    return each * recipients + fixed * shards;
  };
  const tables = [...part.tables].map(([name, units]) => {
    const before = half.tables.get(name) ?? { reads: 0, writes: 0 };
    const reads = grow(before.reads, units.reads);
    return [name, { reads, writes: grow(before.writes, units.writes) }] as const;
  });
  const { usage: few } = half;
  const { usage: more } = part;
  const usage: Usage = {
    readUnits: grow(few.readUnits, more.readUnits),
    writeUnits: grow(few.writeUnits, more.writeUnits),
    // Times vary more from run to run than between both campaigns: they are not extrapolated.
    lambdaGbSeconds: (more.lambdaGbSeconds / part.recipients) * recipients,
    lambdaCalls: grow(few.lambdaCalls, more.lambdaCalls),
    queueRequests: grow(few.queueRequests, more.queueRequests),
    fileWrites: grow(few.fileWrites, more.fileWrites),
    fileReads: grow(few.fileReads, more.fileReads),
    apiRequests: more.apiRequests,
  };
  return { recipients, usage, tables: new Map(tables) };
}

function unitsOf(
  name: string,
  { recipients, usage, tables }: MeteredCampaign,
  targets: { readonly reads: number; readonly writes: number },
): readonly Figure[] {
  const by = 1000 / recipients;
  const part = (direction: 'reads' | 'writes', unit: string): readonly Figure[] =>
    [...tables]
      .filter(([, units]) => units[direction] * by >= 0.01)
      .map(([table, units]) => ({ name: `  ${table}`, value: units[direction] * by, unit }));
  const reads = { value: usage.readUnits * by, unit: 'read units', target: atMost(targets.reads) };
  const writes = {
    value: usage.writeUnits * by,
    unit: 'write units',
    target: atMost(targets.writes),
  };
  return [
    { name: `${name}, 1,000 recipients`, ...reads },
    ...part('reads', 'read units'),
    { name: `${name}, 1,000 recipients`, ...writes },
    ...part('writes', 'write units'),
    { name: '  functions', value: usage.lambdaGbSeconds * by, unit: 'GB s' },
    { name: '  calls of functions', value: usage.lambdaCalls * by, unit: 'calls' },
    { name: '  requests to queues', value: usage.queueRequests * by, unit: 'requests' },
    { name: '  writes to files', value: usage.fileWrites * by, unit: 'requests' },
    { name: '  reads of files', value: usage.fileReads * by, unit: 'requests' },
  ];
}

function perThousand({ usage, recipients }: MeteredCampaign, unit: keyof Usage): string {
  return formatFigure((usage[unit] / recipients) * 1000);
}

function perMillion({ usage, recipients }: MeteredCampaign): Usage {
  const by = MILLION / recipients;
  return {
    readUnits: usage.readUnits * by,
    writeUnits: usage.writeUnits * by,
    lambdaGbSeconds: usage.lambdaGbSeconds * by,
    lambdaCalls: usage.lambdaCalls * by,
    queueRequests: usage.queueRequests * by,
    fileWrites: usage.fileWrites * by,
    fileReads: usage.fileReads * by,
    apiRequests: usage.apiRequests * by,
  };
}

/** An item of up to 1 kB for each decision, put without a transaction, and nothing else written. */
function oneItemEach(usage: Usage): Usage {
  return { ...usage, writeUnits: MILLION };
}

/** A policy service that is asked for each recipient, and logs each answer. */
const oneRequestEach: Usage = {
  ...noUsage,
  readUnits: MILLION,
  writeUnits: MILLION,
  lambdaCalls: MILLION,
  lambdaGbSeconds: MILLION * 0.01 * 0.5,
  apiRequests: MILLION,
};

function dollarsOf(
  name: string,
  usage: Usage,
  region: (typeof regions)[number],
  most?: number,
): readonly Figure[] {
  const { total, ...services } = costOf(usage, listPrices[region]);
  const unit = '$ a million';
  return [
    { name, value: total, unit, ...(most === undefined ? {} : { target: atMost(most) }) },
    ...Object.entries(services)
      .filter(([, value]) => value > 0)
      .map(([service, value]) => ({ name: `  ${service}`, value, unit })),
  ];
}
