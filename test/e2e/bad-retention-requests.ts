import { limits } from '../../shared/contract/limits.ts';
import { CONTROLLER, type Submission } from '../support/submissions.ts';
import { MARKER, type BadRequest, type BadRow } from './bad-requests.ts';

const ERASURES = '/v1/erasures';
const SWEEPS = '/v1/retention/sweeps';
const DUE = '/v1/retention/due';

const good = {
  recipient: { email: `${MARKER}@example.org` },
  controller: CONTROLLER,
  reason: 'asked for it',
};
const post = (path: string, json: unknown): BadRequest => ({
  method: 'POST',
  path,
  role: 'dpo',
  json,
});
const erasure = (more: Submission) => post(ERASURES, { ...good, ...more });
const get = (query: string): BadRequest => ({
  method: 'GET',
  path: `${DUE}?${query}`,
  role: 'dpo',
});
const { reason: _reason, ...silent } = good;
const { recipient: _recipient, ...nobody } = good;

/** Erasures and sweeps: nothing may be deleted for a request that is not understood. */
export const retentionRows: readonly BadRow[] = [
  ['an erasure of nobody', post(ERASURES, nobody), 422, '/recipient'],
  ['an erasure without an identifier', erasure({ recipient: {} }), 422, '/recipient'],
  [
    'an erasure of a whole domain',
    erasure({ recipient: { domain: 'example.org' } }),
    422,
    '/recipient/domain',
  ],
  [
    'an erasure of what is no address',
    erasure({ recipient: { email: MARKER } }),
    422,
    '/recipient/email',
  ],
  [
    'an erasure of what is no number',
    erasure({ recipient: { phone: '030 123' } }),
    422,
    '/recipient/phone',
  ],
  ['an erasure without a reason', post(ERASURES, silent), 422, '/reason'],
  ['an erasure with an empty reason', erasure({ reason: ' ' }), 422, '/reason'],
  [
    'an erasure with too long a reason',
    erasure({ reason: 'a'.repeat(limits.reasonCharacters + 1) }),
    422,
    '/reason',
  ],
  ['an erasure that says more', erasure({ force: true }), 422, '/force'],
  ['an erasure with a strange controller', erasure({ controller: 'a b' }), 422, '/controller'],
  ['an erasure with a controller of nobody', erasure({ controller: 'nobody' }), 404],
  ['a sweep that does not say whether it is one', post(SWEEPS, {}), 422, '/dryRun'],
  ['a sweep that says it in words', post(SWEEPS, { dryRun: 'no' }), 422, '/dryRun'],
  ['a sweep of more', post(SWEEPS, { dryRun: true, all: true }), 422, '/all'],
  [
    'a sweep of a strange controller',
    post(SWEEPS, { dryRun: true, controller: '' }),
    422,
    '/controller',
  ],
  ['a sweep of a controller of nobody', post(SWEEPS, { dryRun: true, controller: 'nobody' }), 404],
  ['a sweep that is none', { method: 'GET', path: `${SWEEPS}/swp_0`, role: 'dpo' }, 404],
  [
    'the sweep of another id',
    { method: 'GET', path: `${SWEEPS}/cmp_06dw1rgjg2rr83q5pc1kxcqnjg`, role: 'dpo' },
    404,
  ],
  ['too many due items', get('limit=201'), 422, '/query/limit'],
  ['no due items', get('limit=0'), 422, '/query/limit'],
  ['a cursor of another list', get('cursor=e30'), 422, '/query/cursor'],
  ['a cursor that is none', get('cursor=%00'), 422, '/query/cursor'],
  ['due items by person', get('recipient=a'), 422, '/query/recipient'],
];
