/**
 * List prices of AWS in US dollars, on demand, first tier, without tax and without free tiers. Not
 * read from AWS itself: eu-central-1 has DynamoDB, Lambda, SQS and S3 PUT as others published them
 * from the AWS Price List of August and September 2026, us-east-1 has DynamoDB and Lambda as
 * published since November 2024. S3 GET, API Gateway, and SQS and S3 of us-east-1 are unchecked:
 * they make up less than a tenth of what the gate costs. Compare all with AWS before a budget.
 */
export interface ListPrices {
  /** DynamoDB, Standard table class: a read unit, strongly consistent, and a write unit. */
  readonly readUnit: number;
  readonly writeUnit: number;
  /** Lambda on ARM: a gigabyte for a second, and a call. */
  readonly lambdaGbSecond: number;
  readonly lambdaCall: number;
  /** SQS, standard queue: a request of up to 64 kB. */
  readonly queueRequest: number;
  /** S3 Standard: PUT, COPY, POST or LIST; GET and all others. */
  readonly fileWrite: number;
  readonly fileRead: number;
  /** API Gateway, HTTP API: a request of up to 512 kB. */
  readonly apiRequest: number;
}

const million = 1e6;

export const regions = ['eu-central-1', 'us-east-1'] as const;
export type Region = (typeof regions)[number];

/** Where the gate runs unless it is told otherwise. */
export const homeRegion: Region = 'eu-central-1';

export const listPrices: Readonly<Record<Region, ListPrices>> = Object.freeze({
  'eu-central-1': {
    readUnit: 0.1525 / million,
    writeUnit: 0.7625 / million,
    lambdaGbSecond: 13.3334 / million,
    lambdaCall: 0.2 / million,
    queueRequest: 0.4 / million,
    fileWrite: 5.4 / million,
    fileRead: 0.43 / million,
    apiRequest: 1.2 / million,
  },
  'us-east-1': {
    readUnit: 0.125 / million,
    writeUnit: 0.625 / million,
    lambdaGbSecond: 13.3334 / million,
    lambdaCall: 0.2 / million,
    queueRequest: 0.4 / million,
    fileWrite: 5 / million,
    fileRead: 0.4 / million,
    apiRequest: 1 / million,
  },
});

/** What some work uses of what AWS bills. */
export interface Usage {
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly lambdaGbSeconds: number;
  readonly lambdaCalls: number;
  readonly queueRequests: number;
  readonly fileWrites: number;
  readonly fileReads: number;
  readonly apiRequests: number;
}

export const noUsage: Usage = Object.freeze({
  readUnits: 0,
  writeUnits: 0,
  lambdaGbSeconds: 0,
  lambdaCalls: 0,
  queueRequests: 0,
  fileWrites: 0,
  fileReads: 0,
  apiRequests: 0,
});

/** Dollars by service. */
export function costOf(usage: Usage, prices: ListPrices) {
  const dynamodb = usage.readUnits * prices.readUnit + usage.writeUnits * prices.writeUnit;
  const lambda =
    usage.lambdaGbSeconds * prices.lambdaGbSecond + usage.lambdaCalls * prices.lambdaCall;
  const sqs = usage.queueRequests * prices.queueRequest;
  const s3 = usage.fileWrites * prices.fileWrite + usage.fileReads * prices.fileRead;
  const api = usage.apiRequests * prices.apiRequest;
  return { dynamodb, lambda, sqs, s3, api, total: dynamodb + lambda + sqs + s3 + api };
}

/** The usage of several works together. */
export function usageSum(parts: readonly Usage[]): Usage {
  return parts.reduce(
    (sum, each) => ({
      readUnits: sum.readUnits + each.readUnits,
      writeUnits: sum.writeUnits + each.writeUnits,
      lambdaGbSeconds: sum.lambdaGbSeconds + each.lambdaGbSeconds,
      lambdaCalls: sum.lambdaCalls + each.lambdaCalls,
      queueRequests: sum.queueRequests + each.queueRequests,
      fileWrites: sum.fileWrites + each.fileWrites,
      fileReads: sum.fileReads + each.fileReads,
      apiRequests: sum.apiRequests + each.apiRequests,
    }),
    noUsage,
  );
}
