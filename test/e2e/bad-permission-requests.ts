import { MARKER, type BadRequest, type BadRow } from './bad-requests.ts';
import type { Submission } from '../support/submissions.ts';

const post = (path: string, json: unknown): BadRequest => ({ method: 'POST', path, json });

const data = { consentId: 'c-1', channels: ['EMAIL'], purposes: ['news'], form: 'active' };
const subject = { email: `${MARKER}@example.org` };
const request = (more: Submission) =>
  post('/v1/double-opt-ins', { controller: 'acme', subject, data, ...more });
const confirmation = (json: unknown) => post('/v1/double-opt-ins/confirmations', json);
const links = (more: Submission) =>
  post('/v1/preference-links', { controller: 'acme', recipients: [subject], ...more });

/** What is wrong with requests for consent, with confirmations and with links. */
export const permissionRows: readonly BadRow[] = [
  ['a request without a subject', request({ subject: undefined }), 422, '/subject'],
  ['a subject without an identifier', request({ subject: {} }), 422, '/subject'],
  ['a request without a consent', request({ data: {} }), 422, '/data/consentId'],
  ['a form of nobody', request({ data: { ...data, form: MARKER } }), 422, '/data/form'],
  ['a source that is too long', request({ source: MARKER.repeat(30) }), 422, '/source'],
  ['an instant without an offset', request({ occurredAt: '2026-11-18' }), 422, '/occurredAt'],
  ['a method that is none', request({ method: MARKER }), 422, '/method'],
  [
    'a request for the address of nobody',
    request({ subject: { email: MARKER } }),
    422,
    '/subject/email',
  ],
  ['a request for nobody', request({ controller: 'nobody' }), 404],
  ['a request with a property of nobody', request({ [MARKER.slice(0, 3)]: 1 }), 422, '/qz7'],
  ['a confirmation of nothing', confirmation({}), 422, '/token'],
  ['a confirmation of no token', confirmation({ token: MARKER }), 404],
  ['a code that is a number', confirmation({ token: MARKER, code: 123456 }), 422, '/code'],
  ['links for nobody', links({ recipients: [] }), 422, '/recipients'],
  ['links of a controller that is not there', links({ controller: 'nobody' }), 404],
  ['links for a channel of nobody', links({ channel: MARKER }), 422, '/channel'],
  ['a page of a token that is none', { method: 'GET', path: '/c/none' }, 404],
  ['a look at a token that is none', { method: 'HEAD', path: '/c/none' }, 404],
  ['a click on a token that is none', { method: 'POST', path: '/c/none' }, 404],
  ['preferences of a token that is none', { method: 'GET', path: '/u/none' }, 404],
  ['a link without a token', { method: 'POST', path: '/u/' }, 404],
  ['a token that is no text', { method: 'GET', path: '/u/%ff' }, 404],
  ['a link that is replaced', { method: 'PUT', path: '/u/none' }, 405],
  ['a page that is taken off', { method: 'DELETE', path: '/c/none' }, 405],
];
