import { campaign } from '../support/submissions.ts';
import { MARKER, type BadRequest, type BadRow } from './bad-requests.ts';

const NO_CAMPAIGN = '/v1/campaigns/cmp_06f1q0000000000000000000';
const revision = `sha256:${'0'.repeat(64)}`;
const asOf = '2026-08-01T00:00:00Z';

const post = (path: string, json: unknown): BadRequest => ({ method: 'POST', path, json });
const submit = (audience: unknown) => post('/v1/campaigns', campaign({ audience }));
const start = (json: unknown) => post(`${NO_CAMPAIGN}/evaluation`, json);
const csv = { format: 'csv' };

/** What a marketing tool gets wrong about a file of recipients. */
export const uploadRows: readonly BadRow[] = [
  ['a format that is none', submit({ format: 'xlsx' }), 422, '/audience/format'],
  ['a mapping alone', submit({ mapping: {} }), 422, '/audience/recipients'],
  ['a file and recipients', submit({ ...csv, recipients: [{ id: 'a' }] }), 422, '/audience/format'],
  [
    'an encoding of recipients',
    submit({ recipients: [{ id: 'a' }], encoding: 'utf-8' }),
    422,
    '/audience/encoding',
  ],
  ['an encoding that is none', submit({ ...csv, encoding: MARKER }), 422, '/audience/encoding'],
  [
    'a target that is none',
    submit({ ...csv, mapping: { age: 'Alter' } }),
    422,
    '/audience/mapping/age',
  ],
  [
    'a column without a name',
    submit({ ...csv, mapping: { email: '' } }),
    422,
    '/audience/mapping/email',
  ],
  ['a mapping that is a list', submit({ ...csv, mapping: [] }), 422, '/audience/mapping'],
  ['an audience with a link', submit({ ...csv, upload: MARKER }), 422, '/audience/upload'],
  ['an estimate of nothing', { method: 'GET', path: `${NO_CAMPAIGN}/estimate` }, 404],
  ['an evaluation of nothing', start({ mode: 'enforce' }), 404],
  ['an evaluation without a mode', start({}), 422, '/mode'],
  ['a mode that is none', start({ mode: MARKER }), 422, '/mode'],
  ['a policy that counts', start({ mode: 'enforce', policy: revision }), 422, '/policy'],
  ['a policy that is none', start({ mode: 'dry_run', policy: MARKER }), 422, '/policy'],
  ['another day that counts', start({ mode: 'enforce', asOf }), 422, '/asOf'],
  ['a day that is none', start({ mode: 'dry_run', asOf: MARKER }), 422, '/asOf'],
  ['an evaluation with more', start({ mode: 'dry_run', pages: 1 }), 422, '/pages'],
];
