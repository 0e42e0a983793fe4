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
  /** Recipients of one decision page: about 8 kB, one conditional put. */
  pageRecipients: 1000,
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
  /** Hours that a contract may give for a notice: a quarter of a year is no notice any more. */
  contractHours: 2160,
  /** Audience of a campaign that goes through pages of the queue, until uploads come. */
  campaignRecipients: 50_000_000,
} as const);
