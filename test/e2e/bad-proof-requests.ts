import { Buffer } from 'node:buffer';
import type { RoleName } from '../../shared/contract/scopes.ts';
import type { Submission } from '../support/submissions.ts';
import { MARKER, type BadRequest, type BadRow } from './bad-requests.ts';

/** What is asked of the log and of the audit trail in a wrong way. */

const AUDIT = '/v1/audit/search';
const CHECKPOINTS = '/v1/log/checkpoints';
const NO_DECISION = `dec_${'0'.repeat(36)}`;

const get = (path: string): BadRequest => ({ method: 'GET', path });
const post = (path: string): BadRequest => ({ method: 'POST', path });
const audit = (json: Submission, role?: RoleName): BadRequest => ({
  ...post(AUDIT),
  json,
  ...(role === undefined ? {} : { role }),
});
const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

export const proofRows: readonly BadRow[] = [
  ['a proof of a decision that is not there', get(`/v1/decisions/${NO_DECISION}/proof`), 404],
  ['a proof of an id that is none', get('/v1/decisions/nothing/proof'), 404],
  ['a proof of an id with a path', get('/v1/decisions/..%2f..%2fkeys.json/proof'), 404],
  [
    'a proof of an id that is too long',
    get(`/v1/decisions/${'a'.repeat(81)}/proof`),
    422,
    '/params/id',
  ],
  ['a replay of a decision that is not there', post(`/v1/decisions/${NO_DECISION}/replay`), 404],
  ['a replay of an id that is none', post('/v1/decisions/dec_%00/replay'), 404],
  [
    'a replay of an id that is too long',
    post(`/v1/decisions/${'a'.repeat(81)}/replay`),
    422,
    '/params/id',
  ],
  ['a replay that is got', get(`/v1/decisions/${NO_DECISION}/replay`), 405],
  ['a proof that is posted', post(`/v1/decisions/${NO_DECISION}/proof`), 405],
  ['keys that are posted', post('/.well-known/jwks.json'), 405],
  ['a file beside the keys', get('/.well-known/keys.json'), 404],
  ['an unknown parameter', get(`${CHECKPOINTS}?page=2`), 422, '/query/page'],
  ['a controller that cannot be', get(`${CHECKPOINTS}?controller=..`), 422, '/query/controller'],
  ['a limit of nothing', get(`${CHECKPOINTS}?limit=0`), 422, '/query/limit'],
  ['a limit that is too high', get(`${CHECKPOINTS}?limit=201`), 422, '/query/limit'],
  ['a cursor that is none', get(`${CHECKPOINTS}?cursor=%25`), 422, '/query/cursor'],
  [
    'a cursor of another list',
    get(`${CHECKPOINTS}?cursor=${cursorOf({ before: 'a' })}`),
    422,
    '/query/cursor',
  ],
  [
    'a cursor that leads elsewhere',
    get(`${CHECKPOINTS}?cursor=${cursorOf({ after: 'acme/000000000000001/../keys' })}`),
    422,
    '/query/cursor',
  ],
  ['a summary without the scope', { ...get('/v1/metrics/summary'), role: 'marketing-tool' }, 403],
  ['a summary without a token', { ...get('/v1/metrics/summary'), role: null }, 401],
];

export const auditRows: readonly BadRow[] = [
  ['an unknown filter', audit({ email: MARKER }), 422, '/email'],
  ['a controller that cannot be', audit({ controller: '../acme' }), 422, '/controller'],
  ['an actor that is empty', audit({ actor: '' }), 422, '/actor'],
  ['an actor with a line break', audit({ actor: `a\n${MARKER}` }), 422, '/actor'],
  ['an action that is none', audit({ action: 'drop table' }), 422, '/action'],
  ['a person without an identifier', audit({ recipient: {} }), 422, '/recipient'],
  [
    'a person with a wrong identifier',
    audit({ recipient: { email: MARKER } }),
    422,
    '/recipient/email',
  ],
  ['a beginning that is none', audit({ from: 'yesterday' }), 422, '/from'],
  ['an end that is none', audit({ to: '2026-13-01T00:00:00Z' }), 422, '/to'],
  ['a limit of nothing', audit({ limit: 0 }), 422, '/limit'],
  ['a limit that is too high', audit({ limit: 201 }), 422, '/limit'],
  ['a cursor that is none', audit({ cursor: MARKER }), 422, '/cursor'],
  [
    'a cursor of another list',
    audit({ cursor: cursorOf({ before: `cmp_${'0'.repeat(26)}` }) }),
    422,
    '/cursor',
  ],
  ['no scope to read the trail', audit({}, 'marketing-tool'), 403],
  ['an administrator, who may not read it', audit({}, 'admin'), 403],
];
