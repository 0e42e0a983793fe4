import { describe, expect, it } from 'vitest';
import { CampaignFields } from '../../shared/contract/campaigns.ts';
import { authorityAt } from '../../shared/contract/authorities.ts';
import { AccessReport, PortabilityReport } from '../../shared/contract/subject-rights.ts';
import { tightenedBy } from '../../shared/policy/policy.ts';
import { portabilityReport } from '../../shared/rights/portability.ts';
import { accessDocument } from '../../shared/rights/report-document.ts';
import { accessTable, portabilityTable } from '../../shared/rights/report-table.ts';
import {
  accessReport,
  type KnownPerson,
  type LoggedDecision,
  type ReportTerms,
} from '../../shared/rights/subject-report.ts';
import {
  active,
  bought,
  consented,
  interested,
  objected,
  registered,
  withdrew,
} from '../scenarios/facts.ts';
import { instantOf } from '../support/policy-harness.ts';
import { campaign } from '../support/submissions.ts';
import { erasureOf, eventsOf } from './sample-events.ts';

const NOW = instantOf('2026-11-22T10:00:00Z');
const terms: ReportTerms = { now: NOW, language: 'en', decisionsListed: 100 };

function fieldsOf(more: object = {}): CampaignFields {
  const { recipients: _, ...fields } = { recipients: [], ...campaign(), ...more };
  return CampaignFields.parse(fields);
}

function decision(place: number, more: Partial<LoggedDecision> = {}): LoggedDecision {
  return {
    id: `dec_${place}`,
    at: instantOf('2026-05-01T10:00:00Z') + place * 1000,
    campaign: { id: `cmp_${place}`, reference: `campaign ${place}` },
    fields: fieldsOf(),
    basis: 'A_CONSENT_VALID',
    reasons: [],
    policy: 'sha256:0',
    ...more,
  };
}

const denied: Partial<LoggedDecision> = {
  basis: null,
  reasons: [{ code: 'D_CONSENT_MISSING', text: { de: 'Keine Einwilligung', en: 'no consent' } }],
};

function person(more: Partial<KnownPerson> = {}): KnownPerson {
  return {
    controller: {
      ...{ id: 'acme', name: 'Acme GmbH', country: 'DE', region: 'DE-NW' },
      ...{ timeZone: 'Europe/Berlin', parameters: tightenedBy() },
    },
    given: [{ kind: 'email', key: 'e'.repeat(32), known: true }],
    conflict: false,
    events: eventsOf([registered(), consented()]),
    decisions: [],
    decisionsComplete: true,
    ...more,
  };
}

function reportOf(more: Partial<KnownPerson> = {}, own: Partial<ReportTerms> = {}) {
  const report = accessReport([person(more)], { ...terms, ...own });
  expect(AccessReport.parse(report)).toEqual(report);
  const [only] = report.controllers;
  if (only === undefined) throw new Error('one person gives one part');
  return only;
}

describe('what was done with the data', () => {
  it('names the recipients of allowed campaigns, once each, from the first use to the last', () => {
    const [processor] = fieldsOf().processors;
    const american = {
      ...processor,
      name: 'Cloud Mail',
      country: 'US',
      transfer: { basis: 'dpf', ref: 'list' },
    };
    const both = fieldsOf({ purpose: 'other', processors: [processor, american] });
    const upload = fieldsOf({ channel: 'CUSTOM_AUDIENCE', platform: 'Network', processors: [] });
    const refused = fieldsOf({ processors: [{ ...american, name: 'Never used' }] });
    const { recipients } = reportOf({
      decisions: [
        decision(4, { fields: null }),
        decision(3, { ...denied, fields: refused }),
        decision(2, { fields: upload }),
        decision(1, { fields: both }),
        decision(0),
      ],
    });
    expect(recipients).toEqual([
      {
        ...{ name: 'Mail Service', role: 'processor', country: 'FR', contract: 'AVV-7' },
        ...{ transfer: null, channels: ['EMAIL'], purposes: ['newsletter.fashion', 'other'] },
        ...{ first: '2026-05-01T10:00:00Z', last: '2026-05-01T10:00:01Z', decisions: 2 },
      },
      {
        ...{ name: 'Cloud Mail', role: 'processor', country: 'US', contract: 'AVV-7' },
        ...{ transfer: 'EU-US DPF (Art. 45 GDPR)', channels: ['EMAIL'], purposes: ['other'] },
        ...{ first: '2026-05-01T10:00:01Z', last: '2026-05-01T10:00:01Z', decisions: 1 },
      },
      {
        ...{ name: 'Network', role: 'platform', country: null, contract: null, transfer: null },
        ...{ channels: ['CUSTOM_AUDIENCE'], purposes: ['newsletter.fashion'] },
        ...{ first: '2026-05-01T10:00:02Z', last: '2026-05-01T10:00:02Z', decisions: 1 },
      },
    ]);
  });

  it('sums the purposes up with what they rested on', () => {
    const { uses } = reportOf({
      decisions: [
        decision(3, { basis: 'A_EXISTING_CUSTOMER' }),
        decision(2, denied),
        decision(1),
        decision(0),
      ],
    });
    expect(uses).toMatchObject([
      {
        ...{ purpose: 'newsletter.fashion', channel: 'EMAIL', decisions: 2 },
        basis: { code: 'A_CONSENT_VALID', text: 'valid consent' },
        law: 'Art. 6(1)(a), 7 GDPR',
        ...{ first: '2026-05-01T10:00:00Z', last: '2026-05-01T10:00:01Z' },
      },
      { basis: { code: 'A_EXISTING_CUSTOMER' }, decisions: 1 },
    ]);
  });

  it('says what was evaluated to select people, and that nothing was', () => {
    const profiling = {
      ...{ level: 'P8', specialCategories: false, significantEffect: true, political: false },
      attributes: [{ name: 'score', category: 'payment', collectedFor: [], source: 'own' }],
    };
    const fields = fieldsOf({ profiling });
    const selected = reportOf({ decisions: [decision(1, { fields }), decision(0)] }).profiling;
    expect(selected.uses).toMatchObject([
      { attributes: ['score (payment)'], automatedDecision: true, decisions: 1 },
    ]);
    expect(selected.uses[0]?.level).toMatch(/^P8: /);
    const none = reportOf({ decisions: [decision(0)] }).profiling;
    expect(none.uses).toEqual([]);
    expect(none.text).toContain('No campaign');
    expect(selected.text).not.toBe(none.text);
  });
});

describe('decisions', () => {
  const decisions = [
    decision(2, denied),
    decision(1, { fields: null, campaign: null }),
    decision(0),
  ];

  it('are told with their reasons or their basis, in the language asked for', () => {
    const { items, complete, text } = reportOf({ decisions }).decisions;
    expect({ complete, text }).toEqual({ complete: true, text: null });
    expect(items).toMatchObject([
      {
        outcome: 'deny',
        basis: null,
        reasons: [{ code: 'D_CONSENT_MISSING', text: 'no consent' }],
      },
      { outcome: 'allow', campaign: null, channel: null, purpose: null },
      {
        ...{ id: 'dec_0', at: '2026-05-01T10:00:00Z', outcome: 'allow', channel: 'EMAIL' },
        campaign: { id: 'cmp_0', reference: 'campaign 0' },
        basis: { code: 'A_CONSENT_VALID', text: 'valid consent' },
      },
    ]);
  });

  it('beyond those that are listed are said to be found elsewhere, and still counted', () => {
    const cut = reportOf({ decisions }, { decisionsListed: 1 });
    expect(cut.decisions.items).toHaveLength(1);
    expect(cut.decisions.complete).toBe(false);
    expect(cut.decisions.text).toContain('2026-05-01T10:00:02Z');
    expect(cut.decisions.text).toContain('/v1/decisions/search');
    expect(cut.recipients).toMatchObject([{ decisions: 1 }]);
    const unread = reportOf({ decisions, decisionsComplete: false }).decisions;
    expect(unread.complete).toBe(false);
    expect(unread.items).toHaveLength(3);
  });

  it('of a shared contact point are told without what the other person may have said', () => {
    const conflict = reportOf({ decisions, conflict: true });
    expect(conflict.identityCheck).toContain('more than one person');
    expect(conflict.uses).toEqual([]);
    for (const { basis, reasons } of conflict.decisions.items) {
      expect({ basis, reasons }).toEqual({ basis: null, reasons: [] });
    }
  });
});

describe('what is stored', () => {
  it('is every event in words, newest first, with its data and where it comes from', () => {
    const events = eventsOf([
      registered(),
      consented(),
      objected({ scope: 'all' }, '2026-06-01T10:00:00Z'),
    ]);
    const { facts } = reportOf({ events });
    expect(facts.map(({ section }) => section)).toEqual([
      'refusals',
      'consents',
      'origin',
      'person',
    ]);
    expect(facts[0]).toEqual({
      section: 'refusals',
      at: '2026-06-01T10:00:00Z',
      recordedAt: '2026-06-01T10:00:00Z',
      text: 'objection to advertising: every channel',
      source: 'shop',
      event: events[2]?.id,
      data: { scope: 'all' },
    });
  });

  it('after an erasure is what is left, and why', () => {
    const events = eventsOf([consented()]);
    const erasure = erasureOf(events[0]?.named ?? [], '2026-06-01T10:00:00Z', ['k']);
    const report = reportOf({ events: [...events, erasure] });
    expect(report.text).toContain('erased');
    expect(report.facts).toMatchObject([
      {
        section: 'erasures',
        text:
          'erased on 2026-06-01 10:00 UTC at your request; a suppression entry is kept, ' +
          'so that it stays so',
        // Keys of other people are no data of this one.
        data: { cause: 'request' },
      },
      { section: 'consents', text: expect.stringMatching(/; erased, only kept as long as a law/) },
    ]);
  });

  it('of somebody unknown is nothing, said in so many words', () => {
    const given = [{ kind: 'email', key: 'e'.repeat(32), known: false }] as const;
    const nobody = person({ events: [], given });
    const report = accessReport([nobody], { ...terms, language: 'de' });
    expect(report).toMatchObject({
      known: false,
      text: 'Zu den genannten Angaben ist bei uns nichts gespeichert.',
      controllers: [{ known: false, facts: [], consents: [], storage: [] }],
    });
    expect(report.controllers[0]?.rights).toHaveLength(7);
  });

  it('of whom nothing may be told before the identity is checked is not said to be nothing', () => {
    const report = accessReport([person({ events: [], conflict: true })], terms);
    expect(report).toMatchObject({ known: true, controllers: [{ known: true, facts: [] }] });
    expect(report.text).not.toContain('Nothing');
    expect(report.controllers[0]?.text).not.toContain('Nothing');
    expect(report.controllers[0]?.identityCheck).toContain('check the identity');
  });

  it.each([
    [{ country: 'DE', region: 'DE-NW' }, 'LDI NRW'],
    [{ country: 'DE', region: 'DE-BY' }, 'Bayerisches Landesamt für Datenschutzaufsicht (BayLDA)'],
    [{ country: 'DE' }, null],
    [{ country: 'AT', region: 'AT-9' }, 'Datenschutzbehörde (DSB)'],
    [{ country: 'FR', region: null }, 'CNIL'],
    [{ country: 'US' }, null],
  ])('the authority of %j is %s', (establishment, name) => {
    expect(authorityAt(establishment)?.name ?? null).toBe(name);
  });
});

describe('what is taken along (Art. 20)', () => {
  const events = eventsOf([
    registered(),
    registered({
      origin: { kind: 'third_party', source: 'x', obtainedAt: '2026-01-15T09:00:00Z' },
    }),
    consented(),
    bought(),
    active('login', '2026-06-01T10:00:00Z'),
    interested(),
    objected({ scope: 'all' }, '2026-06-02T10:00:00Z'),
    withdrew({ consentId: 'c-1' }, '2026-06-03T10:00:00Z'),
  ]);
  const report = portabilityReport([person({ events, decisions: [decision(0)] })], NOW);

  it('is what the person gave or did, as it was reported, and no more', () => {
    expect(PortabilityReport.parse(report)).toEqual(report);
    const items = report.controllers[0]?.items ?? [];
    expect(items.map(({ type }) => type)).toEqual([
      'subject.registered',
      'consent.confirmed',
      'sale.recorded',
      'activity.recorded',
      'consent.withdrawn',
    ]);
    expect(items[3]).toEqual({
      ...{ type: 'activity.recorded', event: events[4]?.id, source: 'shop', id: 'event-4' },
      ...{ occurredAt: '2026-06-01T10:00:00Z', data: { kind: 'login' } },
    });
  });

  it('is a table with a row for each value, found by its pointer', () => {
    const { header, rows } = portabilityTable(report);
    expect(header.slice(-2)).toEqual(['field', 'value']);
    const consent = rows.filter(([, , type]) => type === 'consent.confirmed');
    const values = new Map(consent.map((row) => [row[6], row[7]]));
    expect(values.get('/channels/0')).toBe('EMAIL');
    expect(values.get('/wording/id')).toBe('w-1');
    expect(rows.every((row) => row.length === header.length)).toBe(true);
  });
});

describe('a report on paper and as a table', () => {
  const report = accessReport(
    [person({ decisions: Array.from({ length: 5 }, (_, place) => decision(4 - place)) })],
    terms,
  );

  it('says what the JSON says', () => {
    const { header, rows } = accessTable(report);
    expect(rows.every((row) => row.length === header.length)).toBe(true);
    const text = rows.flat().join('\n');
    const [part] = report.controllers;
    for (const { event } of part?.facts ?? []) expect(text).toContain(event);
    for (const { id } of part?.decisions.items ?? []) expect(text).toContain(id);
    expect(text).toContain('Mail Service');
    expect(text).toContain('LDI NRW, Düsseldorf');
  });

  it('prints no more rows of a table than asked, and says where the others are', () => {
    const { blocks } = accessDocument(report, 2);
    const tables = blocks.flatMap((block) => (block.kind === 'table' ? [block.rows.length] : []));
    expect(Math.max(...tables)).toBe(2);
    const notes = blocks.flatMap((block) => (block.kind === 'paragraph' ? [block.text] : []));
    expect(notes).toContainEqual(expect.stringMatching(/newest 2 of 5 are printed/));
  });
});
