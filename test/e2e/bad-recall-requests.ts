import { limits } from '../../shared/contract/limits.ts';
import { MARKER, type BadRequest, type BadRow } from './bad-requests.ts';

const NOBODYS = '/v1/campaigns/cmp_06f1q0000000000000000000';
const erika = { ref: 'row-1', email: `${MARKER}@example.org` };

const get = (path: string): BadRequest => ({ method: 'GET', path: `${NOBODYS}${path}` });
const recheck = (json: unknown): BadRequest => ({
  ...{ method: 'POST', path: `${NOBODYS}/rechecks`, json },
});
const of = (recipient: unknown) => recheck({ recipients: [recipient] });

/** What a marketing tool gets wrong about recalls, rechecks and cancellations. */
export const recallRows: readonly BadRow[] = [
  ['recalls of a campaign that is not there', get('/recalls'), 404],
  ['recalls behind a cursor that is none', get('/recalls?cursor=%20'), 404],
  ['recalls behind an empty cursor', get('/recalls?cursor='), 422, '/query/cursor'],
  ['recalls without a number', get('/recalls?limit=0'), 422, '/query/limit'],
  ['more recalls than a page has', get('/recalls?limit=201'), 422, '/query/limit'],
  ['recalls by another question', get(`/recalls?ref=${MARKER}`), 422, '/query/ref'],
  ['recalls that are sent', { method: 'POST', path: `${NOBODYS}/recalls`, json: {} }, 405],
  ['recalls for whoever may not read them', { ...get('/recalls'), role: 'dpo' }, 403],
  ['a recheck of a campaign that is not there', of(erika), 404],
  ['a recheck without a body', { method: 'POST', path: `${NOBODYS}/rechecks` }, 415],
  ['a recheck that is a list', recheck([erika]), 422, ''],
  ['a recheck of nobody', recheck({ recipients: [] }), 422, '/recipients'],
  ['a recheck without recipients', recheck({}), 422, '/recipients'],
  [
    'a recheck of too many',
    recheck({ recipients: Array(limits.recipientsPerRequest + 1).fill(erika) }),
    422,
    '/recipients',
  ],
  ['a recheck as of another instant', recheck({ recipients: [erika], asOf: null }), 422, '/asOf'],
  ['a recheck of a text', of(MARKER), 422, '/recipients/0'],
  ['a recheck of a member that is none', of({ ...erika, name: 'x' }), 422, '/recipients/0/name'],
  ['a recheck of a number', of({ email: 7 }), 422, '/recipients/0/email'],
  ['a recheck that is read', get('/rechecks'), 405],
  [
    'a cancellation of a campaign that is not there',
    { method: 'POST', path: `${NOBODYS}/cancellation` },
    404,
  ],
  ['a cancellation that is read', get('/cancellation'), 405],
  [
    'a cancellation by whoever may not submit',
    { method: 'POST', path: `${NOBODYS}/cancellation`, role: 'dpo' },
    403,
  ],
];
