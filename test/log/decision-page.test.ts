import { describe, expect, it } from 'vitest';
import { verdictsOf } from '../../functions/shell/flows/explain-decision.ts';
import { decodePage, encodePage } from '../../shared/log/decision-page.ts';
import { rulebook } from '../../shared/policy/rulebook.ts';

/*
 * Pages are kept for years, and read by a program that has other rules than the one that wrote
 * them. This one was written when 56 rules were in the book, before `campaign-approved`.
 */
const written = Buffer.from(
  'AZYDeyJjb250cm9sbGVyIjoiYWNtZSIsImNhbXBhaWduSWQiOiJjbXBfMDZmMXEwMDAwMDAwMDAwMDAwMDAwMDAw' +
    'Iiwia2luZCI6ImNhbXBhaWduIiwibW9kZSI6ImVuZm9yY2UiLCJmYWN0cyI6ImZmZmZmZmZmZmZmZmZmZmZmZmZm' +
    'ZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmYiLCJyZXZpc2lvbiI6InNoYTI1Njow' +
    'MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwIiwi' +
    'a2V5VmVyc2lvbiI6MSwiY291bnRyeSI6IkRFIiwidGltZVpvbmUiOiJFdXJvcGUvQmVybGluIiwiZXZhbHVhdGVk' +
    'QXQiOjE3OTU3NjY0MDAwMDAsImluc3RhbnQiOjE3OTU3NjY0MDAwMDAsIm5vdEFmdGVyIjoxNzk1ODUyODAwMDAw' +
    'LCJyZWZzIjp0cnVlfQMDAQACREUAAgABAQAHAQEHAkRFAAQIAQELDAEBDxIBARc3AQE5BERFRlI2AAAAAAAAAAIA' +
    'AAAAAAH9ejRWeJq8zww=',
  'base64',
);

const ids = (findings: readonly { readonly rule: number }[]) =>
  findings.map(({ rule }) => rulebook[rule]?.id);

describe('a page that an earlier program wrote', () => {
  const page = decodePage(written);

  it('still names the rules that it named', () => {
    expect(page.entries.map(({ ruling }) => ids(ruling.findings))).toEqual([
      [],
      ['sender-identified', 'impact-assessment'],
      ['recipient-identified', 'objection', 'consent-missing', 'refusal-cooldown'],
    ]);
    const codes = page.entries.map(({ ruling }) =>
      ruling.findings.flatMap(({ verdict }) => verdict.codes),
    );
    expect(codes).toEqual([
      [],
      ['D_CONTENT_SENDER_CONCEALED', 'D_DPIA_MISSING'],
      ['D_RECIPIENT_INVALID', 'D_OBJECTION_ART21', 'D_CONSENT_MISSING', 'D_REFUSAL_COOLDOWN'],
    ]);
  });

  it('is written again as the same bytes', () => {
    expect(Buffer.from(encodePage(page)).equals(written)).toBe(true);
  });

  it('was asked of nobody, and has its own recipients', () => {
    expect(page.header).not.toHaveProperty('approval');
    expect(page.header).not.toHaveProperty('audience');
  });

  it('says nothing of rules that its policy did not have', () => {
    const policy = new Set(rulebook.map(({ id }) => id).filter((id) => id !== 'campaign-approved'));
    const rules = (known: ReadonlySet<string> | null) =>
      page.entries.map(({ ruling }) => verdictsOf(ruling, known).map(({ rule }) => rule));
    expect(rules(policy)[0]).toEqual([...policy]);
    expect(rules(policy).flat()).not.toContain('campaign-approved');
    expect(rules(null)[0]).toEqual(rulebook.map(({ id }) => id));
  });
});
