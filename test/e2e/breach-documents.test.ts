import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { BreachReport, BreachView } from '../../shared/contract/breach-cases.ts';
import { BreachLetter } from '../../shared/contract/breach-letters.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock } from '../support/manual-clock.ts';
import { readPdf } from '../support/read-pdf.ts';
import { controllerSettings, type Submission } from '../support/submissions.ts';

/*
 * The register as a document (Art. 33(5) GDPR), the letter of Art. 34(2), which authority may be
 * competent, and how many cases are open. Drills stand apart everywhere.
 */

let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess({ clock: manualClock(Date.parse('2026-11-20T22:00:00Z')) });
  const put = await home.call('admin', 'PUT', '/v1/controllers/acme', controllerSettings());
  expect(put.status).toBe(200);
});

afterAll(() => home.close());

const facts = {
  nature: 'Eine Liste mit Adressen lag offen im Netz.',
  dataCategories: ['Name', 'E-Mail-Adresse'],
  subjectsApprox: 12_000,
  consequences: 'Sie können unerwünschte Werbung erhalten.',
  measuresTaken: 'Wir haben die Liste entfernt.',
  measuresPlanned: 'Wir prüfen alle Zugänge.',
  contact: 'datenschutz@example.org',
};

async function open(more: Submission = {}): Promise<string> {
  const reply = await home.call('incident-responder', 'POST', '/v1/breaches', {
    ...{ title: 'Liste auf dem Server', description: 'für jeden lesbar', source: 'Hinweis' },
    ...{ types: ['C'], establishment: { country: 'DE' }, role: 'controller', controller: 'acme' },
    ...{ timezone: 'Europe/Berlin', regimes: ['GDPR'], suspectedAt: '2026-11-20T20:00:00Z' },
    ...more,
  });
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return BreachView.parse(reply.body).id;
}

async function pdfOf(path: string) {
  const token = await home.token({ sub: 'x', scope: 'breaches:read', controllers: ['*'] });
  const headers = { authorization: `Bearer ${token}` };
  const reply = await fetch(`${home.url}${path}`, { headers });
  expect(reply.status).toBe(200);
  expect(reply.headers.get('content-type')).toBe('application/pdf');
  const bytes = new Uint8Array(await reply.arrayBuffer());
  const folder = process.env['GATE_PDF_FOLDER'];
  const name = path.replaceAll(/[^a-z]+/g, '-');
  if (folder !== undefined) writeFileSync(`${folder}/${name}.pdf`, bytes);
  return readPdf(bytes);
}

async function openBreaches(): Promise<unknown> {
  const reply = await home.call('auditor', 'GET', '/v1/metrics/summary');
  expect(reply.status).toBe(200);
  return reply.body;
}

describe('how many cases are open', () => {
  it('without drills, without closed ones, and again with those reopened', async () => {
    const before = await openBreaches();
    expect(before).toMatchObject({ openBreaches: 0 });
    const id = await open({ suspectedAt: '2026-11-20T19:00:00Z' });
    await open({ drill: true });
    await open({ controller: null });
    expect(await openBreaches()).toMatchObject({ openBreaches: 2 });
    const path = `/v1/breaches/${id}`;
    const word = { reason: 'ein falscher Alarm' };
    await home.call('incident-responder', 'POST', `${path}/closure`, word);
    expect(await openBreaches()).toMatchObject({ openBreaches: 1 });
    await home.call('incident-responder', 'POST', `${path}/reopening`, { reason: 'doch nicht' });
    expect(await openBreaches()).toMatchObject({ openBreaches: 2 });
  });
});

describe('the register as a document', () => {
  it.each([
    ['de', 'Verzeichnis der Datenschutzverletzungen', 'Übungen', 'voraussichtlich kein Risiko'],
    ['en', 'Register of personal data breaches', 'Drills', 'a risk is unlikely'],
  ])('%s: facts, effects, remedial action, and why nobody was told', async (...row) => {
    const [language, title, drills, unlikely] = row;
    const awareAt = '2026-11-20T21:15:00Z';
    const id = await open({ facts, awareAt, title: 'Ein Fall mit allem' });
    await open({ title: 'Eine Probe', drill: true });
    const severity = {
      ...{ dpc: { kind: 'simple' }, ei: 0.25, confidentiality: 0, integrity: 0, availability: 0 },
      ...{ malicious: false, individuals: 1, unintelligible: true },
    };
    const assessed = { severity, riskDecision: 'NO_RISK', reasons: 'alles war verschlüsselt' };
    await home.call('incident-responder', 'POST', `/v1/breaches/${id}/assessments`, assessed);
    const pdf = await pdfOf(`/v1/breaches?format=pdf&language=${language}`);
    expect(pdf.language).toBe(language);
    for (const text of [title, unlikely, 'alles war verschlüsselt', ...Object.values(facts)]) {
      if (typeof text === 'string') expect(pdf.text).toContain(text);
    }
    const apart = pdf.text.indexOf(` ${drills} `);
    expect(apart).toBeGreaterThan(pdf.text.indexOf('Ein Fall mit allem'));
    expect(pdf.text.indexOf('Eine Probe')).toBeGreaterThan(apart);
  });
});

describe('the letter of Art. 34(2)', () => {
  const letterOf = async (id: string, language: string) => {
    const path = `/v1/breaches/${id}/letter?language=${language}`;
    return BreachLetter.parse((await home.call('dpo', 'GET', path)).body);
  };

  it('names each gap, and then has none', async () => {
    const empty = await letterOf(await open(), 'en');
    expect(empty.complete).toBe(false);
    expect(empty.missing.map(({ name }) => name)).toEqual([
      ...['nature', 'data', 'consequences', 'measures', 'contact'],
    ]);
    const whole = await letterOf(await open({ facts }), 'de');
    expect(whole).toMatchObject({ complete: true, missing: [], sender: 'Acme GmbH' });
    const said = whole.parts.flatMap(({ paragraphs }) => paragraphs);
    expect(said).toEqual(expect.arrayContaining([facts.nature, facts.consequences, facts.contact]));
  });

  it.each([
    ['de', 'Was können Sie tun?', 'noch nicht bekannt', 'ÜBUNG'],
    ['en', 'What can you do?', 'not known yet', 'DRILL'],
  ])('%s as a document, gaps in brackets, a drill marked', async (language, advice, gap, drill) => {
    const { measuresPlanned: _, ...known } = facts;
    const id = await open({ facts: known, drill: true });
    const pdf = await pdfOf(`/v1/breaches/${id}/letter?format=pdf&language=${language}`);
    for (const text of [advice, `[${gap}]`, drill, known.nature, known.measuresTaken]) {
      expect(pdf.text).toContain(text);
    }
  });
});

describe('the competent authority', () => {
  it('without a Land: all that it may be, and the rule', async () => {
    const id = await open();
    const path = `/v1/breaches/${id}/report?language=en`;
    const report = BreachReport.parse((await home.call('dpo', 'GET', path)).body);
    expect(report.missing.map(({ name }) => name)).toContain('authority');
    const fields = report.sections.flatMap((section) => section.fields);
    const value = fields.find(({ name }) => name === 'authorityCandidates')?.value ?? '';
    expect(value).toContain('§ 40(2) BDSG');
    expect(value.split('; ')).toHaveLength(16);
    const known = await open({ establishment: { country: 'DE', region: 'DE-HE' } });
    const one = await home.call('dpo', 'GET', `/v1/breaches/${known}/report`);
    expect(one.text).toContain('HBDI');
    expect(one.text).not.toContain('authorityCandidates');
  });
});
