import { describe, expect, it } from 'vitest';
import { assert } from '../../shared/kernel/assert.ts';
import {
  channelSet,
  emptyState,
  type ConsentState,
  type ContactPointState,
} from '../../shared/ledger/contact-point-state.ts';
import { standingConsents } from '../../shared/policy/standing-consents.ts';
import { consented, registered } from '../scenarios/facts.ts';
import { ruleCase } from '../support/rule-cases.ts';

/* What is shown to somebody as agreed to: by purpose, on which channels. */

const [consent] = ruleCase({ facts: [registered(), consented()] }).recipient.state.consents;
assert(consent !== undefined, 'there is a consent');

const at = Date.UTC(2026, 5, 1);
const now = at + 1000;
const given: ConsentState = {
  ...consent,
  channels: channelSet(['EMAIL', 'SMS']),
  purposes: ['news'],
  confirmedAt: at,
  evidencedAt: at,
};

/** `news: EMAIL SMS`, one after the other. */
function shownOf(consents: readonly ConsentState[], change: Partial<ContactPointState> = {}) {
  return standingConsents({ ...emptyState('email'), consents, ...change }, now)
    .map(({ purpose, channels }) => `${purpose}: ${channels.join(' ')}`)
    .join('; ');
}

const withdrawn = (change: object = {}) => ({
  withdrawals: [
    {
      at: at + 1,
      event: 'evt_1',
      consentId: null,
      purposes: null,
      channels: channelSet(null),
      ...change,
    },
  ],
});

const objected = (change: object = {}) => ({
  objections: [{ at: at + 1, event: 'evt_1', channels: channelSet(null), ...change }],
});

describe('consents that stand', () => {
  it('are shown by purpose, with their channels in the order of the vocabulary', () => {
    expect(shownOf([])).toBe('');
    expect(shownOf([given])).toBe('news: EMAIL SMS');
    expect(shownOf([{ ...given, channels: channelSet(['POST', 'EMAIL']) }])).toBe(
      'news: EMAIL POST',
    );
    expect(shownOf([{ ...given, purposes: ['news', 'survey'] }])).toBe(
      'news: EMAIL SMS; survey: EMAIL SMS',
    );
  });

  it('of one purpose are shown together', () => {
    const letters = { ...given, channels: channelSet(['POST']) };
    const mails = { ...given, channels: channelSet(['EMAIL']) };
    expect(shownOf([letters, mails])).toBe('news: EMAIL POST');
    expect(shownOf([letters, { ...mails, purposes: ['survey'] }])).toBe(
      'news: POST; survey: EMAIL',
    );
  });

  it('are confirmed, and by now', () => {
    expect(shownOf([{ ...given, confirmedAt: null }])).toBe('');
    expect(shownOf([{ ...given, confirmedAt: now }])).toBe('news: EMAIL SMS');
    expect(shownOf([{ ...given, confirmedAt: now + 1 }])).toBe('');
  });
});

describe('a withdrawal', () => {
  it('takes away what it concerns', () => {
    expect(shownOf([given], withdrawn())).toBe('');
    expect(shownOf([given], withdrawn({ channels: channelSet(['SMS']) }))).toBe('news: EMAIL');
    expect(shownOf([given], withdrawn({ channels: channelSet(['POST']) }))).toBe('news: EMAIL SMS');
    const both = { ...given, purposes: ['news', 'survey'] };
    expect(shownOf([both], withdrawn({ purposes: ['survey'] }))).toBe('news: EMAIL SMS');
    expect(shownOf([both], withdrawn({ purposes: ['news', 'survey'] }))).toBe('');
  });

  it('is lifted by a newer consent', () => {
    expect(shownOf([given], withdrawn({ at: at - 1 }))).toBe('news: EMAIL SMS');
    expect(shownOf([given], withdrawn({ at }))).toBe('');
  });
});

describe('an objection', () => {
  it('takes away the channels that it concerns', () => {
    expect(shownOf([given], objected())).toBe('');
    expect(shownOf([given], objected({ channels: channelSet(['SMS']) }))).toBe('news: EMAIL');
    expect(shownOf([given], objected({ channels: channelSet(['POST']) }))).toBe('news: EMAIL SMS');
  });

  it('is lifted by a newer consent, but not where two people share the contact point', () => {
    const older = objected({ at: at - 1 });
    expect(shownOf([given], older)).toBe('news: EMAIL SMS');
    expect(shownOf([given], { ...older, conflict: true })).toBe('');
  });
});
