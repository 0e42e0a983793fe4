import type { Submission } from '../support/submissions.ts';
import { MARKER, type BadRequest, type BadRow } from './bad-requests.ts';

const recipient = { email: 'erika@example.org' };
const post = (path: string, json: unknown): BadRequest => ({ method: 'POST', path, json });
const report = (more: Submission) =>
  post('/v1/subject-reports', { recipient, format: 'json', ...more });
const proof = (more: Submission) =>
  post('/v1/consent-proofs', { recipient, channel: 'EMAIL', purpose: 'news', ...more });

const conflict = '/v1/conflicts/cnf_00000000000000000000000000/resolution';
const resolution = (more: Submission, path = conflict) =>
  post(path, { separate: [{ id: 'crm-1' }], reason: 'two people', ...more });
const conflicts = (query: string): BadRequest => ({
  method: 'GET',
  path: `/v1/conflicts?${query}`,
});

/** What is wrong with requests about conflicts of identities. */
export const conflictRows: readonly BadRow[] = [
  ['conflicts of a controller that is not there', conflicts('controller=nobody'), 404],
  ['conflicts of a controller with a path', conflicts('controller=../acme'), 422],
  ['conflicts without end', conflicts('limit=1000'), 422],
  ['conflicts behind a cursor of nobody', conflicts(`cursor=${MARKER}`), 422],
  ['conflicts by an unknown filter', conflicts('state=open'), 422],
  ['nobody to tell apart', resolution({ separate: undefined }), 422, '/separate'],
  ['an empty list to tell apart', resolution({ separate: [] }), 422, '/separate'],
  ['somebody without identifiers', resolution({ separate: [{}] }), 422, '/separate/0'],
  [
    'a domain to tell apart',
    resolution({ separate: [{ domain: 'example.org' }] }),
    422,
    '/separate/0/domain',
  ],
  ['no reason to tell apart', resolution({ reason: undefined }), 422, '/reason'],
  ['a blank reason to tell apart', resolution({ reason: ' ' }), 422, '/reason'],
  ['an unknown property of a resolution', resolution({ keep: [] }), 422, '/keep'],
  ['a conflict that is not there', resolution({}), 404],
  ['a conflict of no id', resolution({}, '/v1/conflicts/../resolution'), 404],
];

/** What is wrong with requests for reports and proofs. */
export const subjectRows: readonly BadRow[] = [
  ['a report about nobody', report({ recipient: undefined }), 422, '/recipient'],
  ['a report about no identifier', report({ recipient: {} }), 422, '/recipient'],
  [
    'a report about an address that is none',
    report({ recipient: { email: MARKER } }),
    422,
    '/recipient/email',
  ],
  [
    'a report about a domain',
    report({ recipient: { domain: 'example.org' } }),
    422,
    '/recipient/domain',
  ],
  ['a report without a format', report({ format: undefined }), 422, '/format'],
  ['a report in a format of nobody', report({ format: MARKER }), 422, '/format'],
  ['a report in a language of nobody', report({ language: MARKER }), 422, '/language'],
  ['a report of a scope that is none', report({ scope: MARKER }), 422, '/scope'],
  ['portable data on paper', report({ scope: 'portability', format: 'pdf' }), 422, '/format'],
  ['a report of a controller that is not there', report({ controller: 'nobody' }), 404],
  ['a report of a controller with a path', report({ controller: '../acme' }), 422, '/controller'],
  ['a report with an unknown property', report({ all: true }), 422, '/all'],
  ['a proof about nobody', proof({ recipient: {} }), 422, '/recipient'],
  [
    'a proof about a number that is none',
    proof({ recipient: { phone: MARKER } }),
    422,
    '/recipient/phone',
  ],
  ['a proof for no channel', proof({ channel: undefined }), 422, '/channel'],
  ['a proof for a channel of nobody', proof({ channel: MARKER }), 422, '/channel'],
  ['a proof for no purpose', proof({ purpose: '' }), 422, '/purpose'],
  ['a proof as a table', proof({ format: 'csv' }), 422, '/format'],
  ['a proof of a controller that is not there', proof({ controller: 'nobody' }), 404],
  ['a proof with an unknown property', proof({ advertiser: 'acme' }), 422, '/advertiser'],
];
