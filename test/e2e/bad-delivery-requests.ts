import { generateKeyPairSync } from 'node:crypto';
import { limits } from '../../shared/contract/limits.ts';
import { MARKER, type BadRequest, type BadRow } from './bad-requests.ts';

const SOURCES = '/v1/controllers/acme/delivery-sources';
const EVENTS = '/v1/delivery-events';
const json = { 'content-type': 'application/json' };

const put = (vendor: string, body: unknown): BadRequest => ({
  ...{ method: 'PUT', path: `${SOURCES}/${vendor}`, json: body },
});
const report = (path: string, body = '{}'): BadRequest => ({
  ...{ method: 'POST', path: `${EVENTS}${path}`, body, headers: json },
});

function publicKey(namedCurve: string): string {
  const { publicKey: key } = generateKeyPairSync('ec', { namedCurve });
  return key.export({ type: 'spki', format: 'der' }).toString('base64');
}

const login = { username: 'postmark', password: MARKER.repeat(2) };
const ARN = 'arn:aws:sns:eu-central-1:123456789012:deliveries';

/** What an administrator, or a mail service, gets wrong. */
export const deliveryRows: readonly BadRow[] = [
  ['a source of a vendor that nobody knows', put('pigeon', {}), 422, '/params/vendor'],
  ['a source without a body', { method: 'PUT', path: `${SOURCES}/generic` }, 415],
  ['a source that is a list', put('generic', []), 422, ''],
  ['a source that is null', put('generic', null), 422, ''],
  ['a source of nobody', { ...put('generic', {}), path: SOURCES.replace('acme', 'nobody') }, 405],
  [
    'a source of a controller that is not there',
    { ...put('generic', {}), path: `/v1/controllers/nobody/delivery-sources/generic` },
    404,
  ],
  ['a secret that is brought along', put('generic', { secret: MARKER }), 422, '/secret'],
  ['a topic that is missing', put('ses', {}), 422, '/topicArn'],
  ['a topic of a queue', put('ses', { topicArn: ARN.replace('sns', 'sqs') }), 422, '/topicArn'],
  ['a topic elsewhere', put('ses', { topicArn: ARN.replace('eu', '../eu') }), 422, '/topicArn'],
  ['a topic with more', put('ses', { topicArn: ARN, [MARKER.slice(0, 3)]: 1 }), 422, '/qz7'],
  ['a vendor in the body', put('ses', { topicArn: ARN, vendor: 'ses' }), 422, '/vendor'],
  ['a key that is missing', put('sendgrid', {}), 422, '/publicKey'],
  ['a key that is no base64', put('sendgrid', { publicKey: `${MARKER}!` }), 422, '/publicKey'],
  ['a key that is no key', put('sendgrid', { publicKey: 'AAAA' }), 422, '/publicKey'],
  ['a key on another curve', put('sendgrid', { publicKey: publicKey('P-384') }), 422, '/publicKey'],
  [
    'a signing key that is short',
    put('mailgun', { signingKey: 'k'.repeat(15) }),
    422,
    '/signingKey',
  ],
  ['a signing key that is no text', put('mailgun', { signingKey: 7 }), 422, '/signingKey'],
  ['no password', put('postmark', { username: 'postmark' }), 422, '/password'],
  ['a short password', put('postmark', { ...login, password: MARKER }), 422, '/password'],
  ['a name with a colon', put('postmark', { ...login, username: 'a:b' }), 422, '/username'],
  ['an empty name', put('postmark', { ...login, username: '' }), 422, '/username'],
  ['a deletion of what is not there', { method: 'DELETE', path: `${SOURCES}/postmark` }, 404],
  ['a source that is read alone', { method: 'GET', path: `${SOURCES}/postmark` }, 405],
  [
    'a report of a vendor that nobody knows',
    report('/pigeon?controller=acme'),
    422,
    '/params/vendor',
  ],
  ['a report for nobody', report('/ses'), 422, '/query/controller'],
  ['a report for a path', report('/ses?controller=../acme'), 422, '/query/controller'],
  ['a report for two', report('/ses?controller=acme&controller=other'), 422, '/query/controller'],
  ['a report with more', report(`/ses?controller=acme&email=x`), 422, '/query/email'],
  ['a report without a body', { method: 'POST', path: `${EVENTS}/ses?controller=acme` }, 401],
  ['a report that is not signed', report('/generic?controller=acme'), 401],
  [
    'a report that is too large',
    report('/generic?controller=acme', ' '.repeat(limits.deliveryBodyBytes + 1)),
    413,
  ],
  ['reports that are asked for', { method: 'GET', path: `${EVENTS}/ses?controller=acme` }, 405],
];
