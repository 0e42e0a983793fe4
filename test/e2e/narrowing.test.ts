import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DecisionList } from '../../shared/contract/decisions.ts';
import { DAY_MS, formatInstant, MINUTE_MS } from '../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import {
  checkOf,
  CONTROLLER,
  consent,
  controllerSettings,
  event,
  permitted,
  registered,
  type Submission,
} from '../support/submissions.ts';

/*
 * Nothing widens permission by accident: each row is a person who may be contacted, and facts after
 * which nobody may write to them any more, or not beyond what was consented to.
 */

let gate: InProcessGate;

beforeAll(async () => {
  gate = await startGateInProcess();
  const path = `/v1/controllers/${CONTROLLER}`;
  expect((await gate.call('admin', 'PUT', path, controllerSettings())).status).toBe(200);
});

afterAll(() => gate.close());

const ago = (durationMs: number) => ({ occurredAt: formatInstant(Date.now() - durationMs) });
const ahead = { occurredAt: formatInstant(Date.now() + 4 * MINUTE_MS) };
/** After the events above were recorded, whenever the test gets there. */
const soon = { occurredAt: formatInstant(Date.now() + MINUTE_MS) };
const person = (name: string) => ({ id: name, email: `${name}@example.org` });
const born = (subject: Parameters<typeof registered>[0], birthDate: string, at: string) =>
  event(
    'subject.registered',
    subject,
    {
      residence: 'DE',
      recipientType: 'CONSUMER',
      birthDate,
      origin: { kind: 'own', source: 'webshop', obtainedAt: '2026-08-01T10:00:00Z' },
    },
    { occurredAt: at },
  );
const asked = (subject: Parameters<typeof event>[1], purpose: string, more: Submission = {}) =>
  event(
    'consent.requested',
    subject,
    { consentId: 'c-1', channels: ['EMAIL'], purposes: [purpose], form: 'active', ...more },
    ago(DAY_MS),
  );
const house = (street: string) => ({
  postal: { name: 'Erika Muster', street, postalCode: '10115', city: 'Berlin', country: 'DE' },
});

interface Case {
  readonly title: string;
  /** Sent one request after the other. */
  readonly events: readonly (readonly Submission[])[];
  readonly recipient: Submission;
  readonly campaign?: Submission;
  readonly code: string;
}

const request = person('request');
const renewed = person('renewed');
const wider = person('wider');
const byId = person('by-id');
const named = person('named');
const several = person('several');
const ground = person('ground');
const early = person('early');
const listed = person('listed');
const bounced = { ...person('bounced'), phone: '+4915228817386' };
const child = { ...person('child'), phone: '+4915228895456' };
const orphan = { ...person('orphan'), phone: '+4915254599371' };
const otherPhone = '+491713920001';

const cases: readonly Case[] = [
  {
    title: 'a request that is not confirmed adds no purpose to a consent',
    events: [permitted(request), [asked(request, 'insurance.offers')]],
    recipient: request,
    campaign: { purpose: 'insurance.offers' },
    code: 'D_CONSENT_UNCONFIRMED',
  },
  {
    title: 'a request lends no evidence to an imported confirmation',
    events: [
      permitted(renewed),
      [event('consent.withdrawn', renewed, {}, { occurredAt: '2026-09-10T00:00:00Z' })],
      [
        consent(
          renewed,
          { evidence: { method: 'import', ref: 'x' } },
          { occurredAt: '2026-09-20T00:00:00Z' },
        ),
      ],
      [asked(renewed, 'newsletter.fashion', { evidence: { method: 'doi_email', ref: 'x' } })],
    ],
    recipient: renewed,
    code: 'D_CONSENT_WITHDRAWN',
  },
  {
    title: 'a confirmation that goes beyond the declaration needs evidence of its own',
    events: [
      permitted(wider),
      [
        event(
          'consent.confirmed',
          wider,
          { consentId: 'c-1', purposes: ['newsletter.fashion', 'insurance.offers'] },
          ago(DAY_MS),
        ),
      ],
    ],
    recipient: wider,
    campaign: { purpose: 'insurance.offers' },
    code: 'D_CONSENT_EVIDENCE_MISSING',
  },
  {
    title: 'a parent on the same phone does not make a child an adult',
    events: [
      [born(child, '2014-01-01', '2026-08-01T10:00:00Z'), consent(person('child'))],
      [born({ ...person('parent'), phone: child.phone }, '1980-01-01', '2026-09-02T10:00:00Z')],
    ],
    recipient: person('child'),
    code: 'D_MINOR_NO_PARENTAL',
  },
  {
    title: 'of two people who share a phone, an id alone reaches neither',
    events: [[registered(orphan)], permitted({ ...person('mother'), phone: orphan.phone })],
    recipient: { id: 'orphan' },
    code: 'D_FACT_MISSING',
  },
  {
    title: 'which of two addresses is meant is not guessed from an id alone',
    events: [
      permitted(several),
      [event('activity.recorded', { id: 'several', email: 'new@example.org' }, { kind: 'login' })],
    ],
    recipient: { id: 'several' },
    code: 'D_FACT_MISSING',
  },
  {
    title: 'a withdrawal under a named id counts for an address that is not linked to it',
    events: [
      permitted({ email: byId.email }),
      [event('consent.withdrawn', { id: 'by-id' }, { purposes: ['newsletter.fashion'] })],
    ],
    recipient: byId,
    code: 'D_CONSENT_WITHDRAWN',
  },
  {
    title: 'an objection under a named phone counts where the id alone finds the address',
    events: [
      permitted(named),
      [event('objection.raised', { phone: otherPhone }, { scope: 'all' })],
    ],
    recipient: { id: 'named', phone: otherPhone },
    code: 'D_OBJECTION_ART21',
  },
  {
    title: 'lifting one restriction leaves another one',
    events: [
      permitted(ground),
      [
        event('restriction.set', ground, { ground: 'accuracy' }, ago(3 * DAY_MS)),
        event('restriction.set', ground, { ground: 'unlawful' }, ago(2 * DAY_MS)),
        event('restriction.lifted', ground, { ground: 'accuracy' }, ago(DAY_MS)),
      ],
    ],
    recipient: ground,
    code: 'D_RESTRICTED_ART18',
  },
  {
    title: 'a lift that is dated ahead undoes no restriction of now',
    events: [
      permitted(early),
      [event('restriction.lifted', early, { ground: 'x' }, ahead)],
      [event('restriction.set', early, { ground: 'x' }, soon)],
    ],
    recipient: early,
    code: 'D_RESTRICTED_ART18',
  },
  {
    title: 'a removal that is dated ahead undoes no block of now',
    events: [
      permitted(listed),
      [event('blocklist.removed', listed, { list: 'L' }, ahead)],
      [event('blocklist.entered', listed, { list: 'L' }, soon)],
    ],
    recipient: listed,
    code: 'D_BLOCKLIST_INTERNAL',
  },
  {
    title: 'a bounce of a mail is about the address, whatever the event names',
    events: [
      permitted(bounced),
      [
        event(
          'delivery.bounced',
          { id: bounced.id, phone: bounced.phone },
          { channel: 'EMAIL', permanent: true },
        ),
      ],
    ],
    recipient: bounced,
    code: 'D_CONTACT_UNDELIVERABLE',
  },
  {
    title: 'a blank before the letter of a house number hides no block',
    events: [
      [registered(house('Hauptstraße 12a'))],
      [event('blocklist.entered', house('Hauptstrasse 12 A'), { list: 'L' })],
    ],
    recipient: house('Hauptstr. 12a'),
    campaign: { channel: 'POST' },
    code: 'D_BLOCKLIST_INTERNAL',
  },
];

describe('nothing widens permission by accident', () => {
  it.each(cases)('$title', async ({ events, recipient, campaign, code }) => {
    for (const batch of events) {
      const posted = await gate.call('consent-source', 'POST', '/v1/events', { events: batch });
      expect(posted).toMatchObject({ status: 202, body: { rejected: [] } });
    }
    const body = checkOf([recipient], campaign);
    const checked = await gate.call('marketing-tool', 'POST', '/v1/checks', body);
    const [decision] = DecisionList.parse(checked.body).decisions;
    expect(decision?.outcome).toBe('deny');
    expect(decision?.reasons.map((reason) => reason.code)).toContain(code);
  });

  it('a domain is not named together with a person: it would link strangers', async () => {
    const subject = { email: 'a@firm.example', domain: 'firm.example' };
    const data = { register: 'AT_ECG', listed: false, checkedAt: ago(DAY_MS).occurredAt };
    const posted = await gate.call('consent-source', 'POST', '/v1/events', {
      events: [event('register.checked', subject, data)],
    });
    expect(posted).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/events/0/subject/domain' }] },
    });
  });
});
