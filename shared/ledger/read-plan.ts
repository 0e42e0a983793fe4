import {
  bucketOf,
  CONTACT_BUCKET_DIGITS,
  CONTACT_BUCKETS,
  type ContactKey,
} from './contact-key.ts';

/**
 * How the contact points of a page are read for the fewest read units. A strongly consistent read
 * of one row costs a unit for each 4 kB begun, and so does a key that is not there; a range query
 * costs the sum of the bytes that it passes over, rounded up once, and nothing for what is not
 * there (DynamoDB Developer Guide, "Read operations"). Where a page holds a good part of the rows
 * of a stretch, the range costs about a tenth.
 */
export const READ_UNIT_BYTES = 4096;

/** What all contact points of a controller take up: an estimate, and never more than that. */
export interface BaseSize {
  readonly rows: number;
  readonly bytes: number;
}

/** Neighbours in one bucket: read with one range query from the first to the last. */
export interface KeyRun {
  readonly keys: readonly [ContactKey, ...ContactKey[]];
  /** The part of the bucket that the run spans, from 0 to 1. */
  readonly span: number;
}

export interface ReadPlan {
  readonly runs: readonly KeyRun[];
  /** Read one by one. */
  readonly singles: readonly ContactKey[];
}

/** What a query rounds up, at most: the least that it costs. */
const ROUNDING_UNITS = 1;
/** What a query has to save beyond that, because it is a request of its own. */
const REQUEST_UNITS = 1;
/** A gap of more than this is dearer to pass over than a second query, which rounds up half. */
const GAP_UNITS = ROUNDING_UNITS / 2 + REQUEST_UNITS;
/** Digits of a sort key that tell its place in the bucket: 48 bits, exact in a number. */
const PLACE_DIGITS = 12;

/**
 * Every key stands in the plan once. Keys are hashes, so the rows of a base lie evenly over and in
 * its buckets, and its size tells what any stretch of a bucket holds. An estimate that is wrong
 * makes the plan dearer and changes nothing else.
 */
export function planReads(keys: readonly ContactKey[], size: BaseSize): ReadPlan {
  const bucketUnits = size.bytes / CONTACT_BUCKETS / READ_UNIT_BYTES;
  const runs: KeyRun[] = [];
  const singles: ContactKey[] = [];
  for (const run of runsOf(keys, GAP_UNITS / bucketUnits)) {
    const units = ROUNDING_UNITS + run.span * bucketUnits;
    if (units + REQUEST_UNITS <= run.keys.length) runs.push(run);
    else singles.push(...run.keys);
  }
  return { runs, singles };
}

/** Read units that a plan takes if the base is as large as was thought. */
export function unitsOf({ runs, singles }: ReadPlan, size: BaseSize): number {
  const bucketBytes = size.bytes / CONTACT_BUCKETS;
  const rowBytes = size.rows === 0 ? 0 : size.bytes / size.rows;
  return runs.reduce(
    (units, { span }) =>
      units + Math.max(1, (span * bucketBytes + rowBytes) / READ_UNIT_BYTES + 0.5),
    singles.length,
  );
}

/** Read units that a range read could save at most, whatever the size of the base. */
export function possibleSaving(keys: readonly ContactKey[]): number {
  const inBucket = new Map<string, number>();
  for (const key of keys) {
    const bucket = bucketOf(key);
    inBucket.set(bucket, (inBucket.get(bucket) ?? 0) + 1);
  }
  let saving = 0;
  for (const count of inBucket.values()) {
    saving += Math.max(0, count - ROUNDING_UNITS - REQUEST_UNITS);
  }
  return saving;
}

/** The keys in order, cut between buckets and where neighbours lie further apart than `gap`. */
function runsOf(keys: readonly ContactKey[], gap: number): readonly KeyRun[] {
  const runs: KeyRun[] = [];
  let run: [ContactKey, ...ContactKey[]] | null = null;
  let [bucket, begin, end] = ['', 0, 0];
  const close = () => {
    if (run !== null) runs.push({ keys: run, span: end - begin });
  };
  for (const key of [...keys].sort()) {
    const own = bucketOf(key);
    const place = placeOf(key);
    if (run !== null && own === bucket && place - end <= gap) run.push(key);
    else {
      close();
      run = [key];
      [bucket, begin] = [own, place];
    }
    end = place;
  }
  close();
  return runs;
}

/** Where a key lies in its bucket, from 0 to 1. */
export function placeOf(key: ContactKey): number {
  const digits = key.slice(CONTACT_BUCKET_DIGITS, CONTACT_BUCKET_DIGITS + PLACE_DIGITS);
  return Number.parseInt(digits, 16) / 16 ** PLACE_DIGITS;
}

/** What was seen of a base by reading stretches of its buckets. */
export interface Sample {
  readonly rows: number;
  readonly bytes: number;
  /** Buckets that were read, in sum. */
  readonly span: number;
}

/** What a sample says about all buckets. */
export function sizeFrom({ rows, bytes, span }: Sample): BaseSize {
  const buckets = CONTACT_BUCKETS / Math.max(span, SMALLEST_SPAN);
  return { rows: Math.round(rows * buckets), bytes: Math.round(bytes * buckets) };
}

/** Less than this part of a bucket tells nothing: the largest base has twelve rows in it. */
const SMALLEST_SPAN = 0.001;

export function addSamples(samples: readonly Sample[]): Sample {
  return samples.reduce(
    (sum, { rows, bytes, span }) => ({
      rows: sum.rows + rows,
      bytes: sum.bytes + bytes,
      span: sum.span + span,
    }),
    { rows: 0, bytes: 0, span: 0 },
  );
}
