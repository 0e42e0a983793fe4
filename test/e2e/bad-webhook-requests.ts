import { limits } from '../../shared/contract/limits.ts';
import { webhookEvents } from '../../shared/contract/webhooks.ts';
import { MARKER, type BadRequest, type BadRow } from './bad-requests.ts';

const HOOKS = '/v1/controllers/acme/webhooks';
const url = 'https://hooks.example.org/gate';
const events = ['campaign.cleared'];

const put = (json: unknown, name = 'crm'): BadRequest => ({
  ...{ method: 'PUT', path: `${HOOKS}/${name}`, json },
});
const to = (receiver: unknown) => put({ url: receiver, events });
const about = (wanted: unknown) => put({ url, events: wanted });

/** What an administrator gets wrong about a receiver of events. */
export const webhookRows: readonly BadRow[] = [
  ['a webhook without a body', { method: 'PUT', path: `${HOOKS}/crm` }, 415],
  ['a webhook that is a list', put([]), 422, ''],
  ['a webhook without a url', put({ events }), 422, '/url'],
  ['a webhook without events', put({ url }), 422, '/events'],
  ['a secret that is brought along', put({ url, events, secret: MARKER }), 422, '/secret'],
  ['a name in capitals', put({ url, events }, 'CRM'), 422, '/params/name'],
  ['a name that is a path', put({ url, events }, '..%2fcrm'), 422, '/params/name'],
  ['a name that is too long', put({ url, events }, 'a'.repeat(33)), 422, '/params/name'],
  ['a url that is none', to(MARKER), 422, '/url'],
  ['a url that is no text', to(7), 422, '/url'],
  ['a url without a scheme', to('//hooks.example.org/'), 422, '/url'],
  ['a url of a file', to('file:///etc/passwd'), 422, '/url'],
  ['a url of a script', to('javascript:alert(1)'), 422, '/url'],
  ['a url without TLS', to('http://hooks.example.org/'), 422, '/url'],
  ['a url with credentials', to(`https://user:${MARKER}@hooks.example.org/`), 422, '/url'],
  ['a url with a user', to('https://user@hooks.example.org/'), 422, '/url'],
  ['a url with a fragment', to(`${url}#part`), 422, '/url'],
  ['a url with an empty fragment', to(`${url}#`), 422, '/url'],
  ['a url with a line break', to('https://hooks.example.org/\n'), 422, '/url'],
  ['a url with other letters', to('https://hooks.example.org/ü'), 422, '/url'],
  ['a url that is too long', to(`${url}/${'a'.repeat(limits.webhookUrlCharacters)}`), 422, '/url'],
  ['a url of this machine', to('https://127.0.0.1/'), 422, '/url'],
  ['a url of a private network', to('https://10.0.0.1/'), 422, '/url'],
  ['a url of the metadata service', to('https://169.254.169.254/latest/'), 422, '/url'],
  ['no event', about([]), 422, '/events'],
  ['an event that is none', about(['campaign.deleted']), 422, '/events/0'],
  ['an event that is no text', about([null]), 422, '/events/0'],
  ['an event twice', about(['breach.alert', 'breach.alert']), 422, '/events'],
  ['more events than there are', about([...webhookEvents, 'breach.alert']), 422, '/events'],
  ['all events in one word', about('*'), 422, '/events'],
  [
    'a webhook of a controller that is not there',
    { ...put({ url, events }), path: '/v1/controllers/nobody/webhooks/crm' },
    404,
  ],
  [
    'webhooks of a controller that is not there',
    { method: 'GET', path: '/v1/controllers/nobody/webhooks' },
    404,
  ],
  ['a deletion of a webhook that is not there', { method: 'DELETE', path: `${HOOKS}/none` }, 404],
  ['a webhook that is read alone', { method: 'GET', path: `${HOOKS}/crm` }, 405],
  [
    'a redelivery of a webhook that is not there',
    { method: 'POST', path: `${HOOKS}/none/redelivery` },
    404,
  ],
  ['a redelivery that is read', { method: 'GET', path: `${HOOKS}/crm/redelivery` }, 405],
];
