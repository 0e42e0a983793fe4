import { Buffer } from 'node:buffer';
import { limits } from '../../shared/contract/limits.ts';
import { formatInstant, HOUR_MS, MINUTE_MS } from '../../shared/kernel/instant.ts';
import type { RoleName } from '../../shared/contract/scopes.ts';
import {
  campaignFor,
  checkOf,
  consent,
  controllerSettings,
  event,
  registered,
  type Submission,
} from '../support/submissions.ts';

/**
 * What a caller gets wrong, as a table: what is sent, the status that is due, and the JSON Pointer
 * of the field that has to be named, where a field is wrong.
 */
export type BadRow = readonly [
  name: string,
  request: BadRequest,
  status: number,
  pointer?: string | undefined,
];

export interface BadRequest {
  readonly method: string;
  readonly path: string;
  /** Whose token is sent; the role that the route is made for unless said. */
  readonly role?: RoleName | null;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly chunked?: boolean;
}

/** Stands in wrong values; no answer may ever repeat it. */
export const MARKER = 'qz7-marker';

const erika = { ref: 'row-1', email: `${MARKER}@example.org` };
const CAMPAIGNS = '/v1/campaigns';
const CHECKS = '/v1/checks';
const EVENTS = '/v1/events';
const SEARCH = '/v1/decisions/search';

const get = (path: string): BadRequest => ({ method: 'GET', path });
const post = (path: string, json: unknown): BadRequest => ({ method: 'POST', path, json });
const put = (json: unknown, id = 'acme'): BadRequest => ({
  method: 'PUT',
  path: `/v1/controllers/${id}`,
  json,
});
const raw = (body: string | Uint8Array, more: Partial<BadRequest> = {}): BadRequest => ({
  method: 'POST',
  path: CHECKS,
  body,
  headers: { 'content-type': 'application/json' },
  ...more,
});
const campaign = (more: Submission) => post(CAMPAIGNS, campaignFor([erika], more));
const check = (more: Submission) => post(CHECKS, checkOf([erika], more));
const events = (...list: readonly unknown[]) => post(EVENTS, { events: list });
const settings = (more: Submission) => put({ ...controllerSettings(), ...more });

/** A submission without one of its fields. */
function without(submission: Submission, field: string): Submission {
  return Object.fromEntries(Object.entries(submission).filter(([name]) => name !== field));
}

/** One row for each field that must not be missing. */
function missing(
  what: string,
  submission: Submission,
  optional: readonly string[],
  request: (submission: Submission) => BadRequest,
  pointer: string,
): readonly BadRow[] {
  return Object.keys(submission)
    .filter((field) => !optional.includes(field))
    .map((field): BadRow => {
      return [
        `${what} without \`${field}\``,
        request(without(submission, field)),
        422,
        `${pointer}/${field}`,
      ];
    });
}

const depth = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const many = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `p-${index}` }));
const large = Buffer.alloc(limits.requestBodyBytes + 1, 0x20);
const json = { 'content-type': 'application/json' };

export const transportRows: readonly BadRow[] = [
  ['text that is no JSON', raw(`this is ${MARKER}`), 400],
  ['JSON that ends too early', raw('{"reference":"a","control'), 400],
  ['an empty body', raw(''), 400],
  ['JSON with something behind it', raw('{} {}'), 400],
  ['JSON with a comment', raw('{/* a */}'), 400],
  ['JSON with a comma too many', raw('{"a":1,}'), 400],
  ['single quotes', raw("{'a':1}"), 400],
  ['NaN', raw('{"expectedRecipients":NaN}'), 400],
  ['a control character inside a string', raw('{"reference":"a\u0000b"}'), 400],
  ['bytes that are no UTF-8', raw(Buffer.from([0x22, 0xff, 0xfe, 0x22])), 400],
  ['UTF-16', raw(Buffer.from('\ufeff{"a":1}', 'utf16le')), 400],
  ['an overlong UTF-8 sequence', raw(Buffer.from([0x22, 0xc0, 0xaf, 0x22])), 400],
  ['a name twice', raw('{"reference":"a","reference":"b"}'), 400],
  ['a name twice, spelled in two ways', raw('{"reference":"a","r\\u0065ference":"b"}'), 400],
  ['a name twice, further in', raw('{"message":{"imprint":true,"imprint":false}}'), 400],
  ['nesting one level too deep', raw(depth(limits.jsonDepth + 1)), 400],
  ['nesting of a hundred thousand levels', raw(depth(100_000)), 400],
  ['a million items', raw(`{"recipients":[${'0,'.repeat(999_999)}0]}`), 400],
  ['no body and no content type', { method: 'POST', path: CHECKS }, 415],
  ['plain text', raw('{}', { headers: { 'content-type': 'text/plain' } }), 415],
  ['no content type', raw('{}', { headers: {} }), 415],
  ['a form', raw('a=1', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }), 415],
  ['a compressed body', raw('{}', { headers: { ...json, 'content-encoding': 'gzip' } }), 415],
  [
    'another character set',
    raw('{}', { headers: { 'content-type': 'application/json; charset=utf-16' } }),
    415,
  ],
  ['a body over the limit', raw(large), 413],
  ['a body over the limit without its length', raw(large, { chunked: true }), 413],
  [
    'headers over the limit',
    { ...get('/healthz'), headers: { 'x-much': 'a'.repeat(limits.headerBytes) } },
    431,
  ],
  ['a method of its own', { method: 'PURGE', path: '/v1/campaigns' }, 405],
  ['HEAD', { method: 'HEAD', path: '/v1/campaigns' }, 405],
  ['OPTIONS', { method: 'OPTIONS', path: '/v1/campaigns' }, 405],
  ['TRACE', { method: 'TRACE', path: '/healthz' }, 405],
  ['DELETE', { method: 'DELETE', path: '/v1/controllers/acme' }, 405],
  ['PATCH', { method: 'PATCH', path: '/v1/controllers/acme' }, 405],
  ['GET of a path that is for POST', get(EVENTS), 405],
  ['POST of a path that is for GET', { method: 'POST', path: '/openapi.json' }, 405],
];

export const pathRows: readonly BadRow[] = [
  ['an unknown path', get('/v2/campaigns'), 404],
  ['the root', get('/'), 404],
  ['a path with a slash too many', get('/v1/campaigns/'), 404],
  ['a path that begins with two slashes', get('//v1/campaigns'), 404],
  ['a path that is no URL', get('//['), 404],
  ['a path that goes up', get('/v1/campaigns/../../etc/passwd'), 404],
  ['a path that goes up in code', get('/v1/campaigns/%2e%2e/controllers/acme'), 404],
  ['a percent sign without digits', get('/v1/campaigns/%E0%A4%A'), 404],
  ['another spelling', get('/V1/Campaigns'), 404],
  ['a file without a signature', get('/files/audience/run.json'), 404],
  [
    'a file with a wrong signature',
    get('/files/audience/run.json?expires=9999999999999&signature=AAAA'),
    404,
  ],
  ['the key file', get('/files/../keys.json'), 404],
  [
    'an upload without a signature',
    { method: 'PUT', path: '/files/audience/run.json', body: 'a' },
    404,
  ],
  ['a campaign that is not there', get('/v1/campaigns/cmp_06f1q0000000000000000000'), 404],
  ['a campaign of an id with SQL', get("/v1/campaigns/'%20OR%201=1--"), 404],
  ['a campaign of an id with a zero byte', get('/v1/campaigns/%00'), 404],
  ['a campaign of an id with a path', get('/v1/campaigns/..%2f..%2fkeys.json'), 404],
  [
    'a campaign of an id that is too long',
    get(`/v1/campaigns/${'a'.repeat(81)}`),
    422,
    '/params/id',
  ],
  ['a decision that is not there', get(`/v1/decisions/dec_${'0'.repeat(36)}`), 404],
  ['a decision of an id that is none', get('/v1/decisions/dec_%00%00'), 404],
  ['a decision of an id in other letters', get(`/v1/decisions/DEC_${'U'.repeat(36)}`), 404],
  ['a policy that is not there', get(`/v1/policies/sha256:${'0'.repeat(64)}`), 404],
  ['a policy of a revision that is none', get('/v1/policies/latest'), 422, '/params/revision'],
  ['a controller that is not there', get('/v1/controllers/nobody'), 404],
  ['a controller of an id that is none', get('/v1/controllers/%2e%2e'), 422, '/params/id'],
  ['a controller of an id with a slash', get('/v1/controllers/a%2fb'), 422, '/params/id'],
];

export const queryRows: readonly BadRow[] = [
  ['a limit of nothing', get('/v1/campaigns?limit=0'), 422, '/query/limit'],
  ['a limit that is too high', get('/v1/campaigns?limit=201'), 422, '/query/limit'],
  ['a limit that is no number', get('/v1/campaigns?limit=all'), 422, '/query/limit'],
  ['a limit that is empty', get('/v1/campaigns?limit='), 422, '/query/limit'],
  ['two limits', get('/v1/campaigns?limit=1&limit=2'), 422, '/query/limit'],
  ['a limit that is infinite', get('/v1/policies?limit=1e999'), 422, '/query/limit'],
  ['a state that is none', get('/v1/campaigns?state=open'), 422, '/query/state'],
  ['a controller that cannot be', get('/v1/campaigns?controller=a%20b'), 422, '/query/controller'],
  ['an unknown parameter', get('/v1/campaigns?page=2'), 422, '/query/page'],
  [
    'a clearance in a format that is none',
    get('/v1/campaigns/cmp_1/clearance?format=pdf'),
    422,
    '/query/format',
  ],
  [
    'a clearance with an unknown parameter',
    get('/v1/campaigns/cmp_1/clearance?page=2'),
    422,
    '/query/page',
  ],
  ['a clearance of nothing', get('/v1/campaigns/cmp_1/clearance'), 404],
  ['a parameter `constructor`', get('/v1/campaigns?constructor=1'), 422, '/query/constructor'],
  ['a parameter `__proto__`', get('/v1/campaigns?__proto__=1'), 422, '/query/__proto__'],
  ['a cursor that is none', get('/v1/campaigns?cursor=%25'), 422, '/query/cursor'],
  [
    'a cursor of another list',
    get(`/v1/campaigns?cursor=${cursorOf({ after: 'a' })}`),
    422,
    '/query/cursor',
  ],
  [
    'a cursor with a lone surrogate',
    get(`/v1/campaigns?cursor=${cursorOf({ before: '\ud800' })}`),
    422,
    '/query/cursor',
  ],
  [
    'a cursor with SQL',
    get(`/v1/policies?cursor=${cursorOf({ after: "' OR 1=1--" })}`),
    422,
    '/query/cursor',
  ],
  [
    'a cursor that is too long',
    get(`/v1/policies?cursor=${'a'.repeat(1025)}`),
    422,
    '/query/cursor',
  ],
];

function cursorOf(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

const processor = {
  name: 'Mail Service',
  country: 'FR',
  contractRef: null,
  transfer: { basis: 'not_needed', ref: null },
};
const one = campaignFor([erika]);

export const campaignRows: readonly BadRow[] = [
  ['an array', post(CAMPAIGNS, [one]), 422, ''],
  ['null', raw('null', { path: CAMPAIGNS }), 422, ''],
  ['a text', post(CAMPAIGNS, MARKER), 422, ''],
  ...missing('a campaign', one, [], (body) => post(CAMPAIGNS, body), ''),
  ['an unknown property', campaign({ recipients: [erika] }), 422, '/recipients'],
  ['an unknown property of the message', campaign({ message: { spam: 1 } }), 422, '/message/spam'],
  [
    'an unknown property of a transfer',
    campaign({ processors: [{ transfer: { via: MARKER } }] }),
    422,
    '/processors/0/transfer/via',
  ],
  [
    'an unknown property of a recipient',
    post(CAMPAIGNS, campaignFor([erika, { mail: MARKER }])),
    422,
    '/audience/recipients/1/mail',
  ],
  [
    'an unknown property of an address',
    post(CAMPAIGNS, campaignFor([{ postal: { zip: '1' } }])),
    422,
    '/audience/recipients/0/postal/zip',
  ],
  [
    'a property `__proto__`',
    raw('{"__proto__":{"controller":"acme"}}', { path: CAMPAIGNS }),
    422,
    '/__proto__',
  ],
  ['a property `constructor`', campaign({ constructor: { prototype: {} } }), 422, '/constructor'],
  [
    'a recipient with `__proto__`',
    raw(`{"recipients":[{"__proto__":{"email":"${MARKER}"}}]}`),
    422,
    '/recipients/0/__proto__',
  ],
  ['a property with a slash and a tilde', campaign({ 'a/b~c': 1 }), 422, '/a~1b~0c'],
  ['a reference that is a number', campaign({ reference: 7 }), 422, '/reference'],
  ['a reference that is empty', campaign({ reference: '' }), 422, '/reference'],
  ['a reference that is too long', campaign({ reference: MARKER.repeat(21) }), 422, '/reference'],
  ['a reference with a line break', campaign({ reference: `a\n${MARKER}` }), 422, '/reference'],
  [
    'a reference with half a character',
    campaign({ reference: `${MARKER}\ud800` }),
    422,
    '/reference',
  ],
  ['a truth that is a text', campaign({ message: { imprint: 'yes' } }), 422, '/message/imprint'],
  ['processors that are no list', campaign({ processors: {} }), 422, '/processors'],
  ['too many processors', campaign({ processors: Array(51).fill(processor) }), 422, '/processors'],
  ['an audience of nobody', post(CAMPAIGNS, campaignFor([])), 422, '/audience/recipients'],
  ['1,001 recipients', post(CAMPAIGNS, campaignFor(many(1001))), 422, '/audience/recipients'],
  [
    'recipients that are no list',
    campaign({ audience: { recipients: { 0: erika } } }),
    422,
    '/audience/recipients',
  ],
  [
    'a recipient that is a text',
    post(CAMPAIGNS, campaignFor([`${MARKER}@example.org`])),
    422,
    '/audience/recipients/0',
  ],
  [
    'a recipient that is null',
    post(CAMPAIGNS, campaignFor([erika, null])),
    422,
    '/audience/recipients/1',
  ],
  [
    'an e-mail address that is an object',
    post(CAMPAIGNS, campaignFor([{ email: {} }])),
    422,
    '/audience/recipients/0/email',
  ],
  ['an unknown channel', campaign({ channel: 'PIGEON' }), 422, '/channel'],
  ['a channel in lower case', campaign({ channel: 'email' }), 422, '/channel'],
  ['an unknown content', campaign({ content: 'spam' }), 422, '/content'],
  ['an unknown advertiser kind', campaign({ advertiserKind: 'party' }), 422, '/advertiserKind'],
  [
    'a profiling level that is a number',
    campaign({ profiling: { level: 1 } }),
    422,
    '/profiling/level',
  ],
  [
    'a profiling level that is none',
    campaign({ profiling: { level: 'P9' } }),
    422,
    '/profiling/level',
  ],
  [
    'a transfer without a known basis',
    campaign({ processors: [{ transfer: { basis: 'trust' } }] }),
    422,
    '/processors/0/transfer/basis',
  ],
  [
    'a processor in no country',
    campaign({ processors: [{ country: 'Deutschland' }] }),
    422,
    '/processors/0/country',
  ],
  [
    'a category with a blank',
    campaign({ productCategory: `running ${MARKER}` }),
    422,
    '/productCategory',
  ],
  [
    'a category with an empty part',
    campaign({ productCategory: 'running..socks' }),
    422,
    '/productCategory',
  ],
  [
    'a category with half a character',
    campaign({ productCategory: 'running.\udc00' }),
    422,
    '/productCategory',
  ],
  ['a purpose that is empty', campaign({ purpose: '' }), 422, '/purpose'],
  [
    'a controller with SQL',
    campaign({ controller: "acme'; DROP TABLE table_ledger;--" }),
    422,
    '/controller',
  ],
  ['a controller with a path', campaign({ controller: '../acme' }), 422, '/controller'],
  ['a controller that is not there', campaign({ controller: 'nobody' }), 404],
  [
    '30 February',
    campaign({ schedule: { sendFrom: '2026-02-30T08:00:00Z' } }),
    422,
    '/schedule/sendFrom',
  ],
  [
    'a leap second',
    campaign({ schedule: { sendUntil: '2026-12-31T23:59:60Z' } }),
    422,
    '/schedule/sendUntil',
  ],
  [
    'an instant without its offset',
    campaign({ schedule: { sendFrom: '2026-11-27T08:00:00' } }),
    422,
    '/schedule/sendFrom',
  ],
  [
    'a date for an instant',
    campaign({ schedule: { sendFrom: '2026-11-27' } }),
    422,
    '/schedule/sendFrom',
  ],
  [
    'an instant as a number',
    campaign({ schedule: { sendFrom: 1_795_766_400 } }),
    422,
    '/schedule/sendFrom',
  ],
  [
    'an hour 24',
    campaign({ schedule: { sendFrom: '2026-11-27T24:00:00Z' } }),
    422,
    '/schedule/sendFrom',
  ],
  [
    'an offset of 25 hours',
    campaign({ schedule: { sendFrom: '2026-11-27T08:00:00+25:00' } }),
    422,
    '/schedule/sendFrom',
  ],
  [
    'an instant behind the year 9999',
    campaign({
      schedule: { sendFrom: '2026-11-27T08:00:00Z', sendUntil: '9999-12-31T23:59:59-12:00' },
    }),
    422,
    '/schedule/sendUntil',
  ],
  [
    'an end before the beginning',
    campaign({ schedule: { sendFrom: '2026-11-27T08:00:00Z', sendUntil: '2026-11-27T07:59:59Z' } }),
    422,
    '/schedule/sendUntil',
  ],
  [
    'an end that is the beginning',
    campaign({
      schedule: { sendFrom: '2026-11-27T08:00:00Z', sendUntil: '2026-11-27T09:00:00+01:00' },
    }),
    422,
    '/schedule/sendUntil',
  ],
  ['no recipient expected', campaign({ expectedRecipients: 0 }), 422, '/expectedRecipients'],
  ['one and a half recipients', campaign({ expectedRecipients: 1.5 }), 422, '/expectedRecipients'],
  ['recipients as a text', campaign({ expectedRecipients: '12' }), 422, '/expectedRecipients'],
  [
    'more recipients than there may be',
    campaign({ expectedRecipients: 50_000_001 }),
    422,
    '/expectedRecipients',
  ],
  [
    'an infinite number',
    raw(JSON.stringify(one).replace('{', '{"expectedRecipients":1e999,'), { path: CAMPAIGNS }),
    422,
    '/expectedRecipients',
  ],
];

const revision = `sha256:${'0'.repeat(64)}`;

export const checkRows: readonly BadRow[] = [
  ...missing('a check', checkOf([erika]), [], (body) => post(CHECKS, body), ''),
  ['a check of nobody', check({ recipients: [] }), 422, '/recipients'],
  ['a check of 1,001', check({ recipients: many(1001) }), 422, '/recipients'],
  ['a check with an audience', check({ audience: { recipients: [erika] } }), 422, '/audience'],
  ['a mode that is none', check({ mode: 'maybe' }), 422, '/mode'],
  ['another instant when it counts', check({ asOf: '2026-01-01T00:00:00Z' }), 422, '/asOf'],
  ['another policy when it counts', check({ mode: 'enforce', policy: revision }), 422, '/policy'],
  ['a policy that is not kept', check({ mode: 'dry_run', policy: revision }), 422, '/policy'],
  ['a policy that is no revision', check({ mode: 'dry_run', policy: 'latest' }), 422, '/policy'],
  [
    '101 recipients as of another instant',
    check({ mode: 'dry_run', asOf: '2026-01-01T00:00:00Z', recipients: many(101) }),
    422,
    '/recipients',
  ],
  ['as of no instant', check({ mode: 'dry_run', asOf: 'yesterday' }), 422, '/asOf'],
];

const subject = { id: 'crm-17', email: `${MARKER}@example.org` };
const sample = consent(subject);
const spoiled = (more: Submission) => events({ ...sample, ...more });
const about = (more: Submission) => events({ ...sample, subject: more });
const telling = (data: Submission) => events(consent(subject, data));
const at = (occurredAt: string) => spoiled({ occurredAt });

export const eventRows: readonly BadRow[] = [
  ['no events', post(EVENTS, {}), 422, '/events'],
  ['a list of no events', post(EVENTS, { events: [] }), 422, '/events'],
  ['events that are no list', post(EVENTS, { events: sample }), 422, '/events'],
  ['501 events', post(EVENTS, { events: Array(501).fill(sample) }), 422, '/events'],
  [
    'an unknown property beside the events',
    post(EVENTS, { events: [sample], dryRun: true }),
    422,
    '/dryRun',
  ],
  ['an event that is null', events(null), 422, '/events/0'],
  ['an event that is a text', events(MARKER), 422, '/events/0'],
  ['an event that is a list', events([sample]), 422, '/events/0'],
  ['two events that are wrong', events(7, { ...sample, data: null }), 422, '/events/1/data'],
  ...missing('an event', sample, [], (each) => events(each), '/events/0'),
  ['an unknown type', spoiled({ type: 'consent.assumed' }), 422, '/events/0/type'],
  ['an unknown property of an event', spoiled({ note: MARKER }), 422, '/events/0/note'],
  [
    'an unknown property of a subject',
    about({ ...subject, name: MARKER }),
    422,
    '/events/0/subject/name',
  ],
  ['an unknown property of the data', telling({ colour: MARKER }), 422, '/events/0/data/colour'],
  [
    'an unknown property of a wording',
    telling({ wording: { text: MARKER } }),
    422,
    '/events/0/data/wording/text',
  ],
  [
    'an unknown property of the evidence',
    telling({ evidence: { method: 'paper', by: MARKER } }),
    422,
    '/events/0/data/evidence/by',
  ],
  ['an event of the future', at(formatInstant(Date.now() + HOUR_MS)), 422, '/events/0/occurredAt'],
  [
    'an event six minutes ahead',
    at(formatInstant(Date.now() + 6 * MINUTE_MS)),
    422,
    '/events/0/occurredAt',
  ],
  ['an event of 1900', at('1900-01-01T00:00:00Z'), 422, '/events/0/occurredAt'],
  ['an event of 30 February', at('2026-02-30T00:00:00Z'), 422, '/events/0/occurredAt'],
  ['an event in a leap second', at('2016-12-31T23:59:60Z'), 422, '/events/0/occurredAt'],
  ['an event without an offset', at('2026-03-01T09:12:44'), 422, '/events/0/occurredAt'],
  ['an event about nobody', about({}), 422, '/events/0/subject'],
  ['an event about null', about({ id: null, email: null }), 422, '/events/0/subject'],
  ['a phone number of letters', about({ phone: MARKER }), 422, '/events/0/subject/phone'],
  [
    'a phone number without its country',
    about({ phone: '030 123456' }),
    422,
    '/events/0/subject/phone',
  ],
  ['a phone number that is too short', about({ phone: '+491' }), 422, '/events/0/subject/phone'],
  ['a phone number that is empty', about({ phone: '' }), 422, '/events/0/subject/phone'],
  ['an e-mail address that is empty', about({ email: '' }), 422, '/events/0/subject/email'],
  [
    'an e-mail address without its host',
    about({ email: `${MARKER}@` }),
    422,
    '/events/0/subject/email',
  ],
  [
    'an e-mail address with two',
    about({ email: `a@example.org,${MARKER}@example.org` }),
    422,
    '/events/0/subject/email',
  ],
  [
    'an e-mail address with a line break',
    about({ email: `a\r\nBcc: ${MARKER}@example.org` }),
    422,
    '/events/0/subject/email',
  ],
  [
    'an e-mail address with half a character',
    about({ email: `${MARKER}\ud800@example.org` }),
    422,
    '/events/0/subject/email',
  ],
  [
    'an e-mail address on a number',
    about({ email: `${MARKER}@[127.0.0.1]` }),
    422,
    '/events/0/subject/email',
  ],
  [
    'a host that is none',
    events(event('blocklist.entered', { domain: 'no host' }, { list: 'a' })),
    422,
    '/events/0/subject/domain',
  ],
  [
    'a consent of a whole host',
    events(consent({ domain: 'example.org' })),
    422,
    '/events/0/subject/domain',
  ],
  [
    'a controller that is not there',
    spoiled({ controller: 'nobody' }),
    422,
    '/events/0/controller',
  ],
  ['a controller that is empty', spoiled({ controller: '' }), 422, '/events/0/controller'],
  [
    'a controller with a zero byte',
    spoiled({ controller: 'acme\u0000' }),
    422,
    '/events/0/controller',
  ],
  [
    'a controller with half a character',
    spoiled({ controller: '\ud800' }),
    422,
    '/events/0/controller',
  ],
  [
    'a controller that is too long',
    spoiled({ controller: 'a'.repeat(5000) }),
    422,
    '/events/0/controller',
  ],
  ['an id that is too long', spoiled({ id: MARKER.repeat(21) }), 422, '/events/0/id'],
  ['an id with a control character', spoiled({ id: 'a\u0007' }), 422, '/events/0/id'],
  ['a source that is empty', spoiled({ source: '' }), 422, '/events/0/source'],
  ['a channel twice', telling({ channels: ['EMAIL', 'EMAIL'] }), 422, '/events/0/data/channels'],
  ['a consent for no channel', telling({ channels: [] }), 422, '/events/0/data/channels'],
  [
    'a consent for too much',
    telling({ purposes: Array(33).fill('a') }),
    422,
    '/events/0/data/purposes',
  ],
  [
    'a hash that is none',
    telling({ wording: { sha256: MARKER } }),
    422,
    '/events/0/data/wording/sha256',
  ],
  [
    'a method that is none',
    telling({ evidence: { method: 'hearsay' } }),
    422,
    '/events/0/data/evidence/method',
  ],
  [
    'an objection to no channel',
    events(event('objection.raised', subject, { scope: 'channel' })),
    422,
    '/events/0/data/channels',
  ],
  [
    'a residence in no country',
    events(
      event('subject.registered', subject, { recipientType: 'CONSUMER', residence: 'Germany' }),
    ),
    422,
    '/events/0/data/residence',
  ],
  [
    'a birth on 30 February',
    events(
      event('subject.registered', subject, { recipientType: 'CONSUMER', birthDate: '1984-02-30' }),
    ),
    422,
    '/events/0/data/birthDate',
  ],
  [
    'a register that is none',
    events(
      event('register.checked', subject, {
        register: 'robinson',
        listed: true,
        checkedAt: '2026-01-01T00:00:00Z',
      }),
    ),
    422,
    '/events/0/data/register',
  ],
  [
    'a permission from somebody who may only refuse',
    { ...events(registered(subject)), role: 'dpo' },
    403,
    '/events/0/type',
  ],
];

const search = (json: unknown) => post(SEARCH, json);

export const searchRows: readonly BadRow[] = [
  ['a search for a list', search([]), 422, ''],
  ['an unknown filter', search({ email: MARKER }), 422, '/email'],
  ['a person without an identifier', search({ recipient: {} }), 422, '/recipient'],
  [
    'a person with a wrong identifier',
    search({ recipient: { email: MARKER } }),
    422,
    '/recipient/email',
  ],
  [
    'a person with one wrong identifier',
    search({ recipient: { id: 'a', phone: MARKER } }),
    422,
    '/recipient/phone',
  ],
  [
    'a person with a host',
    search({ recipient: { domain: 'example.org' } }),
    422,
    '/recipient/domain',
  ],
  ['a campaign that is not there', search({ campaignId: 'cmp_none' }), 404],
  ['a campaign with SQL', search({ campaignId: "' OR 1=1--" }), 404],
  ['a campaign with a zero byte', search({ campaignId: '\u0000' }), 404],
  ['a campaign with half a character', search({ campaignId: '\ud800' }), 404],
  ['a campaign that is too long', search({ campaignId: 'a'.repeat(65) }), 422, '/campaignId'],
  ['a code that is none', search({ code: MARKER }), 422, '/code'],
  ['an outcome that is none', search({ outcome: 'maybe' }), 422, '/outcome'],
  ['a beginning that is none', search({ from: '2026-02-30T00:00:00Z' }), 422, '/from'],
  ['a limit of nothing', search({ limit: 0 }), 422, '/limit'],
  ['a limit as a text', search({ limit: '5' }), 422, '/limit'],
  ['a limit that is too high', search({ limit: 201 }), 422, '/limit'],
  ['a cursor that is none', search({ cursor: MARKER }), 422, '/cursor'],
  ['a cursor of another list', search({ cursor: cursorOf({ before: 'a' }) }), 422, '/cursor'],
  [
    'a cursor with half a character',
    search({ cursor: cursorOf({ run: '\ud800', page: 0, place: 0 }) }),
    422,
    '/cursor',
  ],
  [
    'a cursor with a page below zero',
    search({ cursor: cursorOf({ run: `run_${'0'.repeat(26)}`, page: -1, place: 0 }) }),
    422,
    '/cursor',
  ],
];

export const controllerRows: readonly BadRow[] = [
  ...missing('a controller', { ...controllerSettings() }, [], put, ''),
  ['a controller under an id that is none', put(controllerSettings(), '-acme'), 422, '/params/id'],
  [
    'a controller under an id that is too long',
    put(controllerSettings(), 'a'.repeat(65)),
    422,
    '/params/id',
  ],
  ['a time zone that is none', settings({ timezone: 'Europe/Atlantis' }), 422, '/timezone'],
  ['a time zone with a path', settings({ timezone: '../../etc/localtime' }), 422, '/timezone'],
  ['a time zone that is an offset', settings({ timezone: '+01:00' }), 422, '/timezone'],
  [
    'an establishment in no country',
    settings({ establishment: { country: 'Germany' } }),
    422,
    '/establishment/country',
  ],
  [
    'a region that is none',
    settings({ establishment: { country: 'DE', region: 'NRW' } }),
    422,
    '/establishment/region',
  ],
  [
    'an establishment in a region of another country',
    settings({ establishment: { country: 'AT', region: 'DE-NW' } }),
    422,
    '/establishment/region',
  ],
  ['a name with a control character', settings({ name: 'Acme\u001b[31m' }), 422, '/name'],
  [
    'a policy that loosens a period',
    settings({ policy: { ec: { windowMonths: 25 } } }),
    422,
    '/policy/ec/windowMonths',
  ],
  [
    'a policy that loosens a cap',
    settings({ policy: { frequency: { electronicPerWeek: 3 } } }),
    422,
    '/policy/frequency/electronicPerWeek',
  ],
  [
    'a policy that loosens an age',
    settings({ policy: { profiling: { minimumAge: 16 } } }),
    422,
    '/policy/profiling/minimumAge',
  ],
  [
    'a policy that loosens profiling',
    settings({ policy: { profiling: { stance: 'lia' } } }),
    422,
    '/policy/profiling/stance',
  ],
  [
    'a policy with a period of nothing',
    settings({ policy: { retention: { inactivityMonths: 0 } } }),
    422,
    '/policy/retention/inactivityMonths',
  ],
  [
    'a policy with an infinite number',
    raw(
      JSON.stringify({ ...controllerSettings(), policy: { ec: { windowMonths: 24 } } }).replace(
        '24',
        '-1e999',
      ),
      { method: 'PUT', path: '/v1/controllers/acme' },
    ),
    422,
    '/policy/ec/windowMonths',
  ],
  ['a policy with an unknown part', settings({ policy: { fines: {} } }), 422, '/policy/fines'],
  [
    'a review from nobody on',
    settings({ review: { maxRecipients: 0 } }),
    422,
    '/review/maxRecipients',
  ],
  [
    'an alert by pigeon',
    settings({ alerts: [{ kind: 'pigeon', target: MARKER }] }),
    422,
    '/alerts/0/kind',
  ],
  ...(
    [
      ['email', 'dpo'],
      ['email', 'Erika <dpo@acme.example>'],
      ['sns', 'alerts'],
      ['sns', 'arn:aws:sqs:eu-central-1:111111111111:alerts'],
      ['sns', 'arn:aws:sns:eu-central-1:111111111111:alerts.fifo'],
      ['webhook', 'ftp://hooks.acme.example/'],
      ['webhook', 'https://user:secret@hooks.acme.example/'],
      ['webhook', 'The Pager'],
    ] as const
  ).map(([kind, target]): BadRow => {
    const alerts = [
      { kind: 'email', target: 'dpo@acme.example' },
      { kind, target },
    ];
    return [`an alert by ${kind} to ${target}`, settings({ alerts }), 422, '/alerts/1/target'];
  }),
  [
    'too many alerts',
    settings({ alerts: Array(21).fill({ kind: 'email', target: 'dpo@acme.example' }) }),
    422,
    '/alerts',
  ],
  [
    'similar goods without a name',
    settings({ similarity: { 'a b': ['c'] } }),
    422,
    '/similarity/a b',
  ],
];

const IMPORTS = '/v1/imports';
const imported = { kind: 'events', format: 'ndjson' };
const importing = (more: Submission): BadRequest => ({
  ...post(IMPORTS, { ...imported, ...more }),
  role: 'consent-source',
});
const NO_IMPORT = `${IMPORTS}/imp_${'0'.repeat(26)}`;
const starting = (json: unknown): BadRequest => ({
  ...post(`${NO_IMPORT}/start`, json),
  role: 'consent-source',
});
const table = { format: 'csv', mapping: {} } as const;
const who = { type: { value: 'consent.withdrawn' }, occurredAt: 'at', 'subject.email': 'mail' };
const hash = { algorithm: 'sha1', of: 'email' };

export const importRows: readonly BadRow[] = [
  ['an import without a kind', importing({ kind: undefined }), 422, '/kind'],
  ['an import without a format', importing({ format: undefined }), 422, '/format'],
  ['an import of a kind that is none', importing({ kind: MARKER }), 422, '/kind'],
  ['an import of a workbook', importing({ format: 'xlsx' }), 422, '/format'],
  ['an import with an unknown property', importing({ file: MARKER }), 422, '/file'],
  ['an import for nobody', importing({ controller: 'nobody' }), 404],
  ['an import with a mapping that is a list', importing({ mapping: [] }), 422, '/mapping'],
  ['lines with a mapping', importing({ mapping: { type: 'a' } }), 422, '/mapping/type'],
  [
    'a table that maps an unknown target',
    importing({ ...table, mapping: { ...who, 'data.colour': 'a' } }),
    422,
    '/mapping/data.colour',
  ],
  [
    'a table that maps no type',
    importing({ ...table, mapping: { ...who, type: undefined } }),
    422,
    '/mapping/type',
  ],
  [
    'a table that maps nobody',
    importing({ ...table, mapping: { type: 'a', occurredAt: 'b' } }),
    422,
    '/mapping/subject.email',
  ],
  [
    'a table with a number for a column',
    importing({ ...table, mapping: { ...who, type: 7 } }),
    422,
    '/mapping/type',
  ],
  [
    'a CRM that is none',
    importing({ format: 'csv', mapping: { crm: MARKER } }),
    422,
    '/mapping/crm',
  ],
  ['a CRM that writes no JSON', importing({ mapping: { crm: 'hubspot' } }), 422, '/mapping/crm'],
  [
    'a CRM with an unknown option',
    importing({ format: 'csv', mapping: { crm: 'mautic', colour: 'a' } }),
    422,
    '/mapping/colour',
  ],
  [
    'a CRM with a purpose without a channel',
    importing({ format: 'csv', mapping: { crm: 'mautic', purposes: { a: { purposes: ['b'] } } } }),
    422,
    '/mapping/purposes/a/channels',
  ],
  [
    'a block list with a register',
    importing({ kind: 'blocklist', mapping: { register: 'AT_ECG' } }),
    422,
    '/mapping/register',
  ],
  [
    'a register that is none',
    importing({ kind: 'register', mapping: { register: MARKER } }),
    422,
    '/mapping/register',
  ],
  [
    'a hash of an unknown kind',
    importing({ kind: 'blocklist', mapping: { hash: { ...hash, algorithm: 'crc32' } } }),
    422,
    '/mapping/hash/algorithm',
  ],
  [
    'a hash of addresses with a plus',
    importing({ kind: 'blocklist', mapping: { hash: { ...hash, normalisation: { plus: true } } } }),
    422,
    '/mapping/hash/normalisation/plus',
  ],
  [
    'a place for a salt that is not there',
    importing({ kind: 'blocklist', mapping: { hash: { ...hash, saltPlace: 'after' } } }),
    422,
    '/mapping/hash/saltPlace',
  ],
  ['a start of what is not there', starting({ dryRun: false }), 404],
  ['a start that is neither', starting({ dryRun: 'no' }), 422, '/dryRun'],
  ['a start with an unknown property', starting({ force: true }), 422, '/force'],
  ['an import that is not there', { method: 'GET', path: NO_IMPORT, role: 'consent-source' }, 404],
  [
    'imports of a list that is none',
    { method: 'GET', path: `${IMPORTS}?cursor=${MARKER}`, role: 'consent-source' },
    422,
    '/query/cursor',
  ],
  [
    'receipts in a form that is none',
    { method: 'GET', path: `${NO_IMPORT}?format=pdf`, role: 'consent-source' },
    422,
    '/query/format',
  ],
];

const HELD = `/v1/campaigns/cmp_${'0'.repeat(26)}`;
const review = (json: unknown) => post(`${HELD}/release`, json);

export const reviewRows: readonly BadRow[] = [
  ['a release without a reason', review({}), 422, '/reason'],
  ['a rejection without a reason', post(`${HELD}/rejection`, {}), 422, '/reason'],
  ['a release without a body', { method: 'POST', path: `${HELD}/release` }, 415],
  ['a reason that is empty', review({ reason: '' }), 422, '/reason'],
  ['a reason of blanks', review({ reason: ' \n\t' }), 422, '/reason'],
  ['a reason that is null', review({ reason: null }), 422, '/reason'],
  ['a reason that is too long', review({ reason: MARKER.repeat(201) }), 422, '/reason'],
  ['a reason with a control character', review({ reason: `${MARKER}\u0007` }), 422, '/reason'],
  ['a reason with half a character', review({ reason: `${MARKER}\udc00` }), 422, '/reason'],
  ['a release by somebody who is named', review({ reason: 'a', by: MARKER }), 422, '/by'],
  ['a release of what is not there', review({ reason: MARKER }), 404],
  ['a rejection of what is not there', post(`${HELD}/rejection`, { reason: MARKER }), 404],
  ['a release of an id that is none', post('/v1/campaigns/%00/release', { reason: 'a' }), 404],
  [
    'a release of an id that is too long',
    post(`/v1/campaigns/${'a'.repeat(81)}/release`, { reason: 'a' }),
    422,
    '/params/id',
  ],
];

const POLICIES = '/v1/policies';
const drafted = { controller: 'acme', policy: {} };
const draft = (more: Submission) => post(POLICIES, { ...drafted, ...more });
const RELEASE = `${POLICIES}/sha256:${'0'.repeat(64)}/release`;

export const policyRows: readonly BadRow[] = [
  ...missing('a draft', drafted, [], (body) => post(POLICIES, body), ''),
  ['a draft that is a list', post(POLICIES, [drafted]), 422, ''],
  ['a draft without a body', { method: 'POST', path: POLICIES }, 415],
  ['a draft with an unknown property', draft({ document: {} }), 422, '/document'],
  ['a draft of a controller that is not there', draft({ controller: 'nobody' }), 404],
  ['a draft of a controller with a path', draft({ controller: '../acme' }), 422, '/controller'],
  ['a draft with an unknown part', draft({ policy: { fines: {} } }), 422, '/policy/fines'],
  [
    'a draft with an unknown parameter',
    draft({ policy: { ec: { weeks: 1 } } }),
    422,
    '/policy/ec/weeks',
  ],
  [
    'a draft with `__proto__`',
    raw('{"controller":"acme","policy":{"__proto__":{"ec":{}}}}', { path: POLICIES }),
    422,
    '/policy/__proto__',
  ],
  [
    'a draft of a stance that is none',
    draft({ policy: { profiling: { stance: MARKER } } }),
    422,
    '/policy/profiling/stance',
  ],
  [
    'a draft that loosens a period',
    draft({ policy: { retention: { inactivityMonths: 37 } } }),
    422,
    '/policy/retention/inactivityMonths',
  ],
  [
    'a draft with half a month',
    draft({ policy: { ec: { windowMonths: 1.5 } } }),
    422,
    '/policy/ec/windowMonths',
  ],
  ['a draft for an empty reason', draft({ reason: '' }), 422, '/reason'],
  ['a draft for too long a reason', draft({ reason: MARKER.repeat(201) }), 422, '/reason'],
  ['a release of a policy that is not there', post(RELEASE, {}), 404],
  ['a release of it without a body', { method: 'POST', path: RELEASE }, 404],
  [
    'a release of a revision that is none',
    post(`${POLICIES}/latest/release`, {}),
    422,
    '/params/revision',
  ],
  ['a release that is null', raw('null', { path: RELEASE }), 422, ''],
  ['a release that is no JSON', raw('release', { path: RELEASE }), 400],
  ['a release for nobody', post(RELEASE, { controller: '' }), 422, '/controller'],
  ['a release for an empty reason', post(RELEASE, { reason: '' }), 422, '/reason'],
  ['a release with an unknown property', post(RELEASE, { force: true }), 422, '/force'],
  ['a release as plain text', raw('{}', { path: RELEASE, headers: {} }), 415],
];

const keyed = (key: string): BadRequest => ({
  ...check({}),
  headers: { 'idempotency-key': key },
});

export const idempotencyRows: readonly BadRow[] = [
  ['a key with a blank', keyed('my key'), 422, '/headers/idempotency-key'],
  ['a key that is empty', keyed(''), 422, '/headers/idempotency-key'],
  ['a key that is too long', keyed('k'.repeat(256)), 422, '/headers/idempotency-key'],
  ['a key that is not ASCII', keyed('sch\u00fcssel'), 422, '/headers/idempotency-key'],
  ['a key with a body that is wrong', { ...keyed('k-1'), json: {} }, 422, '/reference'],
];
