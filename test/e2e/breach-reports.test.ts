import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BreachReport, BreachView } from '../../shared/contract/breach-cases.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock } from '../support/manual-clock.ts';
import { readPdf } from '../support/read-pdf.ts';
import { controllerSettings, type Submission } from '../support/submissions.ts';

const NOW = Date.parse('2026-11-20T22:00:00Z');
let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess({ clock: manualClock(NOW) });
});

afterAll(() => home.close());

const facts = {
  nature: 'eine Liste lag offen',
  dataCategories: ['contact', 'purchase_history'],
  specialCategories: false,
  subjectsApprox: 12_000,
  recordsApprox: 12_500,
  countries: ['DE', 'AT'],
  consequences: 'unerwünschte Werbung',
  measuresBefore: 'Zugang mit Passwort',
  measuresTaken: 'Liste entfernt',
  measuresPlanned: 'Zugänge geprüft',
  contact: 'dpo@example.org',
};

async function open(more: Submission = {}): Promise<string> {
  const reply = await home.call('incident-responder', 'POST', '/v1/breaches', {
    ...{ title: 'Liste auf dem Server', description: 'für jeden lesbar', source: 'Hinweis' },
    ...{ types: ['C'], establishment: { country: 'DE', region: 'DE-NW' }, role: 'controller' },
    ...{ timezone: 'Europe/Berlin', regimes: ['GDPR', 'NIS2'] },
    ...{ suspectedAt: '2026-11-20T20:00:00Z', awareAt: '2026-11-20T21:15:00Z' },
    ...{ awareBasis: 'Protokolle', facts: { nature: facts.nature } },
    ...more,
  });
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return BreachView.parse(reply.body).id;
}

const get = (id: string, query: string) =>
  home.call('dpo', 'GET', `/v1/breaches/${id}/report${query}`);

async function bytesOf(id: string, query: string): Promise<Uint8Array> {
  const token = await home.token({ sub: 'x', scope: 'breaches:read', controllers: ['*'] });
  const reply = await fetch(`${home.url}/v1/breaches/${id}/report${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(reply.status).toBe(200);
  return new Uint8Array(await reply.arrayBuffer());
}

describe('the report of Art. 33(3)', () => {
  it('says what is missing, and then nothing', async () => {
    const id = await open();
    const first = BreachReport.parse((await get(id, '')).body);
    expect(first.missing.map(({ name }) => name)).toEqual([
      'contact',
      'dataCategories',
      'specialCategories',
      'subjectsApprox',
      'recordsApprox',
      'consequences',
      'riskDecision',
      'measuresTaken',
      'measuresPlanned',
    ]);
    await home.call('incident-responder', 'PATCH', `/v1/breaches/${id}`, { facts });
    await home.call('incident-responder', 'POST', `/v1/breaches/${id}/assessments`, {
      severity: {
        ...{ dpc: { kind: 'simple' }, ei: 1, confidentiality: 0.5, integrity: 0 },
        ...{ availability: 0, malicious: false, individuals: 12_000, unintelligible: false },
      },
      riskDecision: 'RISK',
    });
    const second = BreachReport.parse((await get(id, '?language=en')).body);
    expect(second).toMatchObject({ complete: true, missing: [] });
    const values = second.sections.flatMap(({ fields }) => fields.map(({ value }) => value));
    expect(values).toEqual(
      expect.arrayContaining(['LDI NRW', 'dpo@example.org', '12,000', 'DE, AT', '1.5 (low)']),
    );
  });

  it.each([
    [
      ...['de', 'noch nicht bekannt', 'Meldung einer Verletzung', 'Vollständigkeit'],
      ...['(Art. 33 Abs. 3 lit. a)', '(Art. 4 Nr. 12)', '20.11.2026, 22:15:00 (UTC+01:00)'],
      ...['Frühwarnung', '23.11.2026, 23:00:00 (UTC+01:00)'],
    ],
    [
      ...['en', 'not known yet', 'Notification of a personal data breach', 'Completeness'],
      ...['(Art. 33(3)(a))', '(Art. 4(12))', '20 Nov 2026, 22:15:00 (UTC+01:00)'],
      ...['early-warning', '23 Nov 2026, 23:00:00 (UTC+01:00)'],
    ],
  ])('as PDF in %s carries every field or says that it is missing', async (language, ...texts) => {
    const id = await open();
    const pdf = await readPdf(await bytesOf(id, `?format=pdf&language=${language}`));
    expect(pdf).toMatchObject({ language, isTagged: true });
    for (const text of texts) expect(pdf.text).toContain(text);
    const report = BreachReport.parse((await get(id, `?language=${language}`)).body);
    for (const { fields } of report.sections) {
      for (const { label, law } of fields) {
        expect(pdf.text).toContain(law === null ? label : `${label} (`);
      }
    }
  });

  it('in the order of a form has the same fields, each once', async () => {
    const id = await open();
    const template = BreachReport.parse((await get(id, '')).body);
    const form = BreachReport.parse((await get(id, '?order=form')).body);
    const namesOf = ({ sections }: BreachReport) =>
      sections.flatMap(({ fields }) => fields.map(({ name }) => name));
    expect(namesOf(form).toSorted()).toEqual(namesOf(template).toSorted());
    expect([template.order, form.order]).toEqual(['template', 'form']);
    expect(form.sections.map(({ title }) => title).slice(0, 4)).toEqual([
      ...['Über den Meldenden', 'Zeitliche Darstellung', 'Angaben zum Verstoß'],
      'Über die betroffenen Daten',
    ]);
    expect(form.missing.map(({ name }) => name).toSorted()).toEqual(
      template.missing.map(({ name }) => name).toSorted(),
    );
    const pdf = await readPdf(await bytesOf(id, '?format=pdf&order=form'));
    expect(pdf.text).toContain('Zeitliche Darstellung');
  });

  it('names the controller as its settings do', async () => {
    await home.call('admin', 'PUT', '/v1/controllers/acme', controllerSettings());
    const id = await open({ controller: 'acme' });
    const { sections } = BreachReport.parse((await get(id, '')).body);
    const named = sections
      .flatMap(({ fields }) => fields)
      .find(({ name }) => name === 'controller');
    expect(named?.value).toBe(controllerSettings().name);
  });

  it('wants the reasons for the delay once the deadline has passed', async () => {
    const awareAt = '2026-11-16T21:15:00Z';
    const id = await open({ suspectedAt: awareAt, awareAt });
    const missing = async () =>
      BreachReport.parse((await get(id, '')).body).missing.map(({ name }) => name);
    expect(await missing()).toContain('delayReason');
    const told = { regime: 'GDPR', phase: 'INITIAL', authority: 'LDI NRW', delayReason: 'flood' };
    const path = `/v1/breaches/${id}/notifications`;
    const submittedAt = '2026-11-20T21:30:00Z';
    await home.call('incident-responder', 'POST', path, { ...told, submittedAt });
    expect(await missing()).not.toContain('delayReason');
  });

  it('says that no deadline runs while nobody is aware', async () => {
    const { awareAt, awareBasis } = { awareAt: null, awareBasis: null };
    const id = await open({ awareAt, awareBasis });
    const pdf = await readPdf(await bytesOf(id, '?format=pdf&language=en'));
    expect(pdf.text).toContain('No deadline is running');
  });

  it('a drill says so in the title, at the top and at the foot', async () => {
    const id = await open({ drill: true });
    const pdf = await readPdf(await bytesOf(id, '?format=pdf'));
    expect(pdf.text).toContain('ÜBUNG: Meldung');
    expect(pdf.text).toContain('Das ist eine Übung');
    expect(pdf.artifacts.join(' ')).toContain('ÜBUNG');
  });

  it('as iCalendar has one event for each deadline, in lines of 75 octets', async () => {
    const id = await open();
    const text = new TextDecoder().decode(await bytesOf(id, '?format=ics'));
    const lines = text.split('\r\n');
    expect(lines.every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
    const whole = text.replaceAll('\r\n ', '').split('\r\n');
    expect(whole.filter((line) => line.startsWith('DTEND:'))).toEqual([
      'DTEND:20261123T220000Z',
      'DTEND:20261121T211500Z',
      'DTEND:20261123T211500Z',
    ]);
    expect(whole.filter((line) => line === 'BEGIN:VALARM')).toHaveLength(9);
    expect(text).not.toContain('Liste');
  });

  it.each(['?format=docx', '?language=fr', '?x=1'])('%s is refused', async (query) => {
    expect((await get(await open(), query)).status).toBe(422);
  });
});

describe('the register of Art. 33(5)', () => {
  it('is a table of every case, drills marked', async () => {
    await open({ title: '=1+1' });
    const reply = await home.call('dpo', 'GET', '/v1/breaches?format=csv');
    const [header, ...rows] = reply.text.split('\r\n');
    expect(header).toContain('riskReasons,decidedBy,authority');
    expect(rows.filter((row) => row.includes(",'=1+1,") && row.includes('LDI NRW'))).toHaveLength(
      1,
    );
    expect(reply.headers['x-next-cursor']).toBeUndefined();
    const one = await home.call('dpo', 'GET', '/v1/breaches?format=csv&limit=1');
    expect(one.headers['x-next-cursor']).toEqual(expect.any(String));
  });
});
