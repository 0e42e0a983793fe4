/**
 * Every table, once: the stores, the embedded database and the CDK app derive theirs from here.
 * A row is { pk, sk, version, body, expiresAt? }; what a table's keys mean stands with its store.
 */
export const tableNames = [
  'ledger',
  'contact-points',
  'campaigns',
  'decisions',
  'unsealed',
  'seals',
  'controllers',
  'policies',
  'requests',
  'audit',
  'retention',
  'breaches',
  'imports',
  'webhooks',
] as const;
export type TableName = (typeof tableNames)[number];

export interface TableDefinition {
  readonly holds: string;
  /** A change feed is kept: DynamoDB stream on AWS, a change table in the embedded home. */
  readonly changeFeed: boolean;
  /** Rows may carry `expiresAt` and vanish after it. */
  readonly expires: boolean;
}

export const tables: Readonly<Record<TableName, TableDefinition>> = Object.freeze({
  ledger: { holds: 'the append-only events', changeFeed: false, expires: false },
  'contact-points': {
    holds: 'the current permission of each contact point',
    changeFeed: true,
    expires: false,
  },
  campaigns: { holds: 'campaigns and their evaluation runs', changeFeed: false, expires: false },
  decisions: { holds: 'the packed decision log', changeFeed: false, expires: false },
  unsealed: {
    holds: 'which pages of the decision log no checkpoint covers yet',
    changeFeed: false,
    expires: false,
  },
  seals: {
    holds: 'the Merkle tree over the decision log and its signed checkpoints',
    changeFeed: false,
    expires: false,
  },
  controllers: { holds: 'controllers and their settings', changeFeed: false, expires: false },
  policies: { holds: 'content-addressed policies', changeFeed: false, expires: false },
  requests: {
    holds: 'answers kept for idempotent retries, and tries of confirmation codes',
    changeFeed: false,
    expires: true,
  },
  audit: { holds: 'who read or changed what', changeFeed: false, expires: false },
  retention: { holds: 'erasures and sweeps, by keys', changeFeed: false, expires: false },
  breaches: { holds: 'breach cases, entry by entry', changeFeed: false, expires: false },
  imports: { holds: 'imports and how far they have come', changeFeed: false, expires: false },
  webhooks: {
    holds: 'receivers of events, and what is still to be sent to them',
    changeFeed: false,
    expires: true,
  },
});
