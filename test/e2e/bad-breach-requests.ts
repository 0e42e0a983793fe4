import { type BadRequest, type BadRow } from './bad-requests.ts';

const NOWHERE = `/v1/breaches/brc_${'0'.repeat(26)}`;

const scope = (json: unknown): BadRequest => ({
  method: 'POST',
  path: `${NOWHERE}/scope`,
  role: 'incident-responder',
  json,
});
const freeze = (json: unknown): BadRequest => ({ ...scope(json), path: `${NOWHERE}/freezes` });
const lift = {
  ...({ method: 'DELETE', role: 'incident-responder' } as const),
  path: `${NOWHERE}/freezes/frz_${'0'.repeat(26)}`,
} as const;
const opening = (establishment: unknown): BadRequest => ({
  ...scope({
    ...{ title: 'a list', description: 'lay open', types: ['C'], source: 'monitoring' },
    ...{ suspectedAt: '2026-11-20T07:00:00Z', timezone: 'Europe/Vienna', role: 'controller' },
    ...{ regimes: ['GDPR'], establishment },
  }),
  path: '/v1/breaches',
});
const get = (path: string): BadRequest => ({ method: 'GET', path, role: 'dpo' });

/** Scopes, letters and links of breach cases. */
export const breachRows: readonly BadRow[] = [
  ['a scope of everything', scope({}), 422, ''],
  [
    'a scope of too many campaigns',
    scope({ campaignIds: Array(101).fill('x') }),
    422,
    '/campaignIds',
  ],
  ['a scope of no campaign', scope({ campaignIds: [] }), 422, '/campaignIds'],
  ['a scope of a nameless processor', scope({ processor: '' }), 422, '/processor'],
  ['a freeze of nothing', freeze({}), 422, ''],
  ['a freeze of a nameless processor', freeze({ processor: '' }), 422, '/processor'],
  ['a freeze of no campaign', freeze({ campaignIds: [] }), 422, '/campaignIds'],
  [
    'a freeze of too many campaigns',
    freeze({ campaignIds: Array(101).fill('x') }),
    422,
    '/campaignIds',
  ],
  ['a freeze of what is no campaign', freeze({ campaignIds: ['x'] }), 422, '/campaignIds/0'],
  ['a freeze of a controller', freeze({ processor: 'x', controller: 'acme' }), 422, '/controller'],
  [
    'an alert once more in an unknown case',
    { ...scope(undefined), path: `${NOWHERE}/alerts/alr_x/redelivery` },
    404,
  ],
  ['a freeze of an unknown case', freeze({ processor: 'x' }), 404],
  ['the lifting of an unknown freeze', { ...lift, json: { reason: 'done' } }, 404],
  ['a lifting without a reason in its reason', { ...lift, json: { reason: ' ' } }, 422, '/reason'],
  ['a lifting that says something else', { ...lift, json: { why: 'x' } }, 422, '/why'],
  [
    'a case in a Land of another country',
    opening({ country: 'AT', region: 'DE-NW' }),
    422,
    '/establishment/region',
  ],
  ['a scope from no instant', scope({ from: '2026-11-20' }), 422, '/from'],
  ['a scope of an unknown case', scope({ processor: 'x' }), 404],
  ['the scope of an unknown case', get(`${NOWHERE}/scope`), 404],
  ['a scope by what is no id', get(`${NOWHERE}/scope?scope=x`), 422, '/query/scope'],
  ['a letter in a strange language', get(`${NOWHERE}/letter?language=fr`), 422, '/query/language'],
  ['a letter in a strange format', get(`${NOWHERE}/letter?format=csv`), 422, '/query/format'],
  ['a letter of an unknown case', get(`${NOWHERE}/letter`), 404],
  ['the rating of an unknown case', get(`${NOWHERE}/rating`), 404],
  ['a register in a strange format', get('/v1/breaches?format=xlsx'), 422, '/query/format'],
  ['a link that nobody made', get('/a/none'), 404],
];
