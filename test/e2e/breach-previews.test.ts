import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClockPreview, SeverityView } from '../../shared/contract/breaches.ts';
import { deadlineCases, monthCases, severityCases } from '../breach/golden-tables.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import type { Submission } from '../support/submissions.ts';

let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess();
});

afterAll(() => home.close());

async function clock(body: Submission): Promise<ClockPreview> {
  const reply = await home.call('incident-responder', 'POST', '/v1/clock-previews', body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return ClockPreview.parse(reply.body);
}

describe('clock previews', () => {
  it.each(deadlineCases)('$name', async ({ awareAt, timezone, hours, ...due }) => {
    const regime = hours === 96 ? 'GDPR_V2' : 'GDPR';
    const { regimes } = await clock({ awareAt, timezone, regime });
    expect(regimes.map(({ local }) => local)).toEqual([
      { strictTarget: due.strictTarget, legalDeadline: due.legalDeadline },
    ]);
  });

  it.each(monthCases)('$name', async ({ event, lastDay }) => {
    const at = `${event}T12:00:00+01:00`;
    const triggers = { submission: at };
    const asked = { awareAt: at, timezone: 'Europe/Berlin', regime: 'NIS2', triggers };
    const { regimes } = await clock(asked);
    const final = regimes.find(({ step }) => step === 'final');
    const lastMoment = Date.parse(final?.legalDeadline ?? '') - 1;
    expect(new Date(lastMoment + 3_600_000).toISOString().slice(0, 10)).toBe(lastDay);
  });
});

describe('severity previews', () => {
  it.each(severityCases)('$name', async ({ name: _, kind, adjustedTo, score, band, ...more }) => {
    const body = { dpc: { kind, adjustedTo }, individuals: 1, unintelligible: false, ...more };
    const reply = await home.call('incident-responder', 'POST', '/v1/severity-previews', body);
    expect(SeverityView.parse(reply.body)).toMatchObject({ score, band });
  });
});

describe('what is wrong is named', () => {
  const whole = { awareAt: '2026-11-10T12:17:00+01:00', timezone: 'Europe/Berlin', regime: 'GDPR' };
  const severe = {
    ...{ dpc: { kind: 'simple' }, ei: 1, confidentiality: 0, integrity: 0, availability: 0 },
    ...{ malicious: false, individuals: 1, unintelligible: false },
  };
  it.each<readonly [path: string, body: Submission, pointer: string]>([
    ['clock', { ...whole, awareAt: '2026-11-10 12:17' }, '/awareAt'],
    ['clock', { ...whole, timezone: 'Mars/Base' }, '/timezone'],
    ['clock', { ...whole, regime: 'HIPAA' }, '/regime'],
    ['clock', { ...whole, triggers: { lunch: whole.awareAt } }, '/triggers'],
    ['clock', { ...whole, contractHours: 0 }, '/contractHours'],
    ['clock', { ...whole, surprise: 1 }, '/surprise'],
    ['severity', { ...severe, ei: 0.3 }, '/ei'],
    ['severity', { ...severe, dpc: { kind: 'simple', adjustedTo: 5 } }, '/dpc/adjustedTo'],
    ['severity', { ...severe, integrity: 1 }, '/integrity'],
    ['severity', { ...severe, individuals: -1 }, '/individuals'],
    ['severity', { ...severe, malicious: 'yes' }, '/malicious'],
  ])('%s %o', async (path, body, pointer) => {
    const reply = await home.call('incident-responder', 'POST', `/v1/${path}-previews`, body);
    expect(reply.status).toBe(422);
    expect(reply.body).toMatchObject({ errors: [{ pointer: expect.stringContaining(pointer) }] });
  });
});
