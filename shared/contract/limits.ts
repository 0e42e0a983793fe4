/** Every bound of the gate, once, with the reason for its value. */
export const limits = Object.freeze({
  /** Events in one request: 500 of them stay far under the 30 s that an HTTP API allows. */
  eventsPerRequest: 500,
  /** Recipients in a check, a recheck or an inline campaign: answered within one request. */
  recipientsPerRequest: 1000,
  /** Recipients of a dry run with `asOf`: each one folds its ledger. */
  recipientsAsOf: 100,
  /** Bytes of a request body: 6 MB is Lambda's payload; base64 may need a third of it. */
  requestBodyBytes: 4_500_000,
  /** Bytes of all headers and the query: what API Gateway takes (10,240). */
  headerBytes: 10_240,
  /** Nesting of a JSON body: the contract needs 6; deeper input is an attack on the parser. */
  jsonDepth: 24,
  /** Items of one array and names of one object: ten times what the contract needs, no flood. */
  jsonItems: 10_000,
  /** Errors that one problem names: who sends a thousand wrong rows learns it from the first. */
  problemErrors: 100,
  /** Errors named of one event: 500 events with as many stay far under the 6 MB of an answer. */
  errorsPerEvent: 10,
  /** Contact points linked to one subject: they and the event must fit one transaction (100). */
  contactPointsPerSubject: 50,
  /** Contact points beyond them whose refusals a subject in conflict still looks at. */
  contactPointsBeside: 50,
  /** How far ahead of the gate's clock an event may lie: clocks differ, data do not come early. */
  eventFutureMinutes: 5,
  /** Earliest instant of an event: CRM data older than this are typing errors. */
  eventEarliest: '1970-01-01T00:00:00Z',
  /** How long an answer is kept for a retry with the same Idempotency-Key. */
  idempotencyHours: 24,
  /** How long a request that began may run before a retry takes it over: twice the longest run. */
  idempotencyLeaseSeconds: 60,
  /** Characters of an Idempotency-Key. */
  idempotencyKeyCharacters: 255,
  /** Characters of names, references and other short texts. */
  shortTextCharacters: 200,
  /** Characters of reasons and descriptions. */
  longTextCharacters: 4000,
  /** Characters of an e-mail address (RFC 5321: 64 + 1 + 255, in a path of 256). */
  emailCharacters: 254,
  /** Channels, purposes, advertisers, sectors, platforms named in one consent. */
  listItems: 32,
  /** What a campaign says of itself lies in one item of at most 400 kB, four bytes a letter. */
  processorsPerCampaign: 20,
  attributesPerCampaign: 40,
  purposesPerAttribute: 8,
  /** Characters of the reason for a decision of a person: a page of text, and far below a row. */
  reasonCharacters: 2000,
  /**
   * Recipients of one decision page: some 25 kB, one conditional put. Hosts, header, count, leaf
   * and announcement are there once a page: a third of it costs a fifth more reads (docs/cost.md).
   */
  pageRecipients: 3000,
  /** Recipients of a page that are judged before others have a turn: a tenth of a second. */
  recipientsPerTurn: 1000,
  /** Minutes for which the answer of a check may be used (RULES OBJ-2). */
  checkValidityMinutes: 15,
  /**
   * Hours in which a request for consent can be confirmed (DOI-4): a weekend, and short enough that
   * whoever did not ask is not left with a link that signs them up.
   */
  confirmationHours: 72,
  /** Wrong codes upon which a confirmation is closed: a guess hits with 5 in a million. */
  confirmationTries: 5,
  /** Hours for which a clearance may be used at most (RULES OBJ-2). */
  clearanceValidityHours: 24,
  /** Items of one page of a list. */
  listLimitDefault: 50,
  listLimitMax: 200,
  /** Runs that one page of a decision search opens before it answers with a cursor. */
  searchRunsPerPage: 500,
  /** Characters of all consents of one state: beyond it the oldest go first, refusals never. */
  consentCharacters: 16_000,
  /** Newest entries kept of each permissive list in a state; older ones cannot widen anything. */
  consentsKept: 40,
  salesKept: 20,
  interestsKept: 10,
  /** Contacts remembered for frequency caps; the longest window is 30 days. */
  contactsKept: 40,
  /** Entries of one audit trail that one search reads before it answers with a cursor. */
  auditEntriesPerSearch: 5000,
  /** Pages that one checkpoint adds: their tiles and the checkpoint fit one transaction of 100. */
  pagesPerCheckpoint: 1000,
  /** How long one round of sealing goes on: it ends before the next one is called after 60 s. */
  sealingRoundSeconds: 40,
  /**
   * After these hours an announced page that was never written is forgotten. Whoever writes a page
   * later than `announceAgainMinutes` behind its announcement announces it again.
   */
  announcementHours: 24,
  announceAgainMinutes: 60,
  /** When to ask again for a proof of what is not sealed yet; sealing takes a minute at most. */
  proofRetrySeconds: 10,
  /** Rows that one range read of a store asks for; a page of DynamoDB ends at 1 MB anyway. */
  rowsPerRead: 1000,
  /** Events of one subject that one transaction appends: with 50 states they stay under 100. */
  eventsPerTransaction: 20,
  /** Times that a write is tried again when somebody else wrote in between. */
  conflictRetries: 20,
  /**
   * Subjects whose events one request appends at the same time. At home they share a commit, and
   * every other request waits while they are folded: with 64 an import was a tenth faster, and
   * checks beside it took twice as long (measured).
   */
  parallelSubjects: 16,
  /** Subjects that are read and written together: four writes each fill a transaction of 100. */
  subjectsPerTransaction: 25,
  /** Transactions of one request under way at a time: at home they share a commit. */
  parallelTransactions: 2,
  /** Countries that one breach may touch: more than there are in ISO 3166-1. */
  breachCountries: 260,
  /** Campaigns that one scope may name: more of them are found by what they have in common. */
  scopeCampaigns: 100,
  /** Campaigns that one freeze may name: more of them are frozen by what they have in common. */
  freezeCampaigns: 100,
  /** Freezes of a controller that last at once: every evaluation reads them, in one row. */
  freezesAtOnce: 50,
  /** Seconds in which a freeze holds what is cleared; a request has 29, a sweep does the rest. */
  freezeSliceSeconds: 10,
  /** Campaigns that a freeze looks at side by side. */
  parallelFreezes: 8,
  /** Runs of the decision log that a scope looks at before it notes what it found, in one row. */
  scopeRunsPerPart: 200,
  /** Keys that are told apart at a time: some 30 MB of memory. */
  scopeKeysPerPart: 200_000,
  /** Pages of the log that a scope reads at the same time. */
  parallelScopePages: 8,
  /** How long one call works on a scope before the next one goes on: its worker has 120 s. */
  scopeSliceSeconds: 20,
  /** Minutes of silence after which a scope that is not done is announced again. */
  scopeQuietMinutes: 5,
  /** Minutes for which a link to the keys of a scope holds. */
  scopeLinkMinutes: 60,
  /** Seconds between two looks at home for lost timers: no alert is more than 10 s late. */
  localAlertSweepSeconds: 5,
  /** How much faster a drill may run: the 72 hours in one minute. */
  drillTimeScale: 4320,
  /** After these an alert that nobody acknowledged is escalated: half the hour left at T+71h. */
  acknowledgeMinutes: 30,
  /** Hours that a contract may give for a notice: a quarter of a year is no notice any more. */
  contractHours: 2160,
  /** Bytes of a notification about deliveries: SendGrid sends up to 768 kB, SNS 256 kB. */
  deliveryBodyBytes: 1_000_000,
  /** How old a notification of SNS may be: it repeats one for an hour at most. */
  deliverySnsMinutes: 60,
  /** SendGrid repeats for a day; nothing shows that it signs anew, so an hour more than that. */
  deliverySendgridHours: 25,
  /** Mailgun repeats for eight hours; the same. */
  deliveryMailgunHours: 9,
  /** What the Standard Webhooks recommend. */
  deliveryGenericMinutes: 5,
  /** Characters of a secret that a vendor shares with us: 16 of them cannot be tried out. */
  deliverySecretCharactersMin: 16,
  /** Hours that a secret is still valid after a new one took its place. */
  deliverySecretOverlapHours: 24,
  /** Secrets of one source that are valid at a time: who rotates more often loses the oldest. */
  deliverySecretsKept: 5,
  /** Milliseconds that the gate waits for others: they are asked while a vendor waits for us. */
  outboundTimeoutMs: 5000,
  /** Bytes of a signing certificate of SNS, which has 2 kB, or of a confirmation. */
  certificateBytes: 16_384,
  /** Hours for which a certificate is not fetched again; SNS replaces one under a new name. */
  certificateHours: 24,
  /** Certificates held in memory: a region has one or two at a time. */
  certificatesKept: 16,
  /** Decisions that one report lists; recipients of the data are summed up over all of them. */
  reportDecisions: 2000,
  /** Pages of checks that a report opens, 16 at a time: one of 1,000 takes 1 ms, far under 29 s. */
  reportPages: 20_000,
  /** Rows of one table that are printed: some 20 pages; the rest is in the same report as CSV. */
  printedRows: 500,
  /** Controllers that one report goes through at the same time. */
  parallelControllers: 4,
  /** Bytes of an answer: Lambda gives back 6 MB, and base64 makes it a third longer on the way. */
  answerBytes: 4_500_000,
  /** Hours in which an upload may begin: a link that is lost is of use to nobody the next day. */
  uploadLinkHours: 24,
  /** Webhooks of a controller: an alert and its rows for all of them fit one transaction (100). */
  webhooksPerController: 8,
  /** Characters of a URL: what servers and proxies are known to take. */
  webhookUrlCharacters: 2048,
  /** Milliseconds in which a receiver answers: the Standard Webhooks recommend 15 to 30 s. */
  webhookTimeoutMs: 15_000,
  /** How long a delivery belongs to its sender: four times what one attempt takes. */
  webhookLeaseSeconds: 60,
  /** Seconds before each further attempt: a restart, a deployment, a night, a day and a half. */
  webhookRetrySeconds: Object.freeze([5, 30, 300, 1800, 7200, 18_000, 36_000, 50_400]),
  /**
   * The same for alerts of a breach, whose clock runs on: close together at first, and given up
   * after half a day, when the others are told that nobody was reached.
   */
  alertRetrySeconds: Object.freeze([
    ...[5, 15, 30],
    ...new Array<number>(10).fill(60),
    ...new Array<number>(10).fill(120),
    ...new Array<number>(24).fill(300),
    ...new Array<number>(24).fill(600),
    ...new Array<number>(22).fill(900),
  ]),
  /** By how much of it a wait is drawn out at most, so that not all come back at once. */
  webhookJitter: 0.2,
  /** Days for which a done delivery is listed. */
  webhookDoneDays: 7,
  /** Days in which what is announced once more is known: longer than any queue or retry of ours. */
  webhookKnownDays: 30,
  /**
   * Seconds for which an alert waits for the one before it, behind an attempt: longer than the
   * first retry takes to come, and far within the 90 s for which an alert may be late.
   */
  alertOrderSeconds: 10,
  /** Deliveries among which the next alert of a case is looked for: one case is never so late. */
  alertsInOrder: 50,
  /** Deliveries that a list shows of each webhook. */
  webhookDeliveriesListed: 10,
  /** Dead deliveries that one request sends again: some seconds of writes. */
  webhookRedeliveries: 500,
  /** Deliveries whose rows are written at the same time. */
  parallelDeliveries: 8,
  /** Bytes of an upload: what S3 takes in one PUT. */
  uploadBytes: 5 * 1024 ** 3,
  /** Bytes of its text, once unpacked: 50 million rows of a thousand letters. */
  uploadTextBytes: 50_000_000_000,
  /** How many times longer a file may become by unpacking, beyond what any file may become. */
  inflateRatio: 100,
  inflateFreeBytes: 64 * 1024 ** 2,
  /** Bytes of a row: an event with every list full has about 100 kB. */
  importRowBytes: 256 * 1024,
  /** Rows of an import that are judged and appended together: twenty transactions. */
  importChunkRows: 500,
  /** After so many rows or seconds the place is kept that a crash goes back to. */
  importCheckpointRows: 10_000,
  importCheckpointSeconds: 2,
  /** How long work belongs to its worker after a checkpoint: whoever is silent has ended. */
  leaseSeconds: 60,
  /** How long one call works on an import before the next one goes on: Lambda allows 900 s. */
  importCallSeconds: 600,
  /** Calls that may fail one after the other at the same place before the import has failed. */
  importAttempts: 5,
  /** Transactions of an import under way at a time: at home they share one commit. */
  importTransactions: 20,
  /** Minutes for which the links of a clearance hold; whoever needs longer asks for new ones. */
  clearanceLinkMinutes: 60,
  /**
   * Times that a shard of a clearance is written again for refusals that came in between. Whoever
   * refuses later still is recalled: a large campaign could otherwise write for ever.
   */
  resultRewrites: 3,
  /** Decision pages that are read together while results are written: some 25 kB each. */
  resultPagesPerRead: 16,
  /** Minutes for which a link to receipts holds. */
  receiptLinkMinutes: 60,
  /**
   * Rows of the tables that a dry run remembers, to see what its own rows change for later ones:
   * those of some 15,000 to 30,000 rows of a file, in 100 MB of memory.
   */
  dryRunRows: 60_000,
  /** Ways of hashing that a controller's lists may use: each one is a read for every recipient. */
  hashListsPerController: 16,
  /** People whose events one page of what is due reads, and buckets that are read at a time. */
  retentionSubjectsPerPage: 500,
  parallelBuckets: 16,
  /** People whom a sweep plans together: what was found of them lies in one row. */
  sweepSubjectsPerPart: 200,
  /** How long one call of a sweep goes on before the next one continues: its worker has 120 s. */
  sweepSliceSeconds: 20,
  /** Hours between two sweeps of a controller by themselves, and before the first one. */
  sweepEveryHours: 23,
  /** Read units that range reads may save a page before the size of the base is looked at. */
  rangeReadsSaveUnits: 32,
  /** Contact points that tell how full all buckets are, to a tenth. */
  baseSampleRows: 100,
  /** Hours after which the size of a base is looked at anew: a wrong one costs money alone. */
  baseSizeHours: 24,
  /** By how much of it the size of a base may be wrong before what was seen is kept instead. */
  baseSizeDrift: 0.25,
  /** Bytes at the beginning of a file, packed or not, by which its rows are estimated. */
  estimateHeadBytes: 1024 ** 2,
  /** Controllers whose sizes one process remembers. */
  baseSizesKept: 1000,
  /** How long one call searches an audience before the next one goes on: its worker has 120 s. */
  recallSliceSeconds: 20,
  /** Pages of a campaign that are looked into at the same time for whom a change concerns. */
  parallelRecallPages: 8,
  /** Pages that are searched at once for one person; more are searched once a minute for all. */
  recallSearchPages: 17,
  /** Recipients, or notes of changes, that are decided again together: what they take of memory. */
  recallsTogether: 1000,
  /** Changes of contact points that are worked on together: one read finds their campaigns. */
  changesPerBatch: 100,
  /** Tries of a change before it is set aside, so that it does not hold up those behind it. */
  changeAttempts: 5,
  /** Recipients of a campaign: everybody in a large country, in a file of a few gigabytes. */
  campaignRecipients: 50_000_000,
  /** Columns of an audience: tables of more are seldom meant to be one. */
  audienceColumns: 1000,
  /** Rows and bytes that are keyed before they are written: the memory of a call. */
  audiencePartRows: 50_000,
  audiencePartBytes: 16 * 1024 ** 2,
  /**
   * Bytes of an upload, and recipients, from which on pieces of a campaign are handed over to other
   * threads where there are any: less is done by the time that a thread is there.
   */
  handedOverUploadBytes: 512 * 1024,
  handedOverRecipients: 20_000,
  /** Rows and bytes of a shard, which is sorted in memory, and how many of them there may be. */
  audienceShardRows: 100_000,
  audienceShardBytes: 64 * 1024 ** 2,
  audienceShards: 1024,
  /** How long one call reads an audience before the next one goes on: its worker has 900 s. */
  audienceCallSeconds: 600,
  /** Further identifiers that all rows of one contact point name: as many as a subject has. */
  namesPerRecipient: 50,
  /** Hosts of an address and its entries in lists: 126 labels, each in 16 lists, spelt twice. */
  domainsPerRecipient: 5000,
  /** Pages whose progress lies in one row: it stays under a kilobyte. */
  pagesPerProgressRow: 64,
  /** Minutes in which nothing of an evaluation moves before its parts are announced, and again. */
  evaluationResumeMinutes: Object.freeze([1, 5, 10, 15]),
  /** Workers that may end at one stretch of an upload: restarts of a machine are no fault of it. */
  readerDeaths: 30,
  /** After these minutes an evaluation of which nothing moves has failed. */
  evaluationStuckMinutes: 60,
} as const);
