import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { severityView } from '../../shared/breach/severity-view.ts';
import type { SeveritySubmission } from '../../shared/contract/breaches.ts';
import { severityCases } from './golden-tables.ts';

function severity(more: Partial<SeveritySubmission> = {}): SeveritySubmission {
  return {
    dpc: { kind: 'simple' },
    ei: 1,
    confidentiality: 0,
    integrity: 0,
    availability: 0,
    malicious: false,
    individuals: 10,
    unintelligible: false,
    ...more,
  };
}

describe('severity by the method of ENISA', () => {
  it.each(severityCases)('$name', ({ name: _, kind, adjustedTo, score, band, ...more }) => {
    const dpc = { kind, adjustedTo };
    expect(severityView(severity({ dpc, ...more }))).toMatchObject({ score, band });
  });

  it.each([
    ['simple', 1],
    ['behavioural', 2],
    ['financial', 3],
    ['sensitive', 4],
  ] as const)('%s data start at %i', (kind, score) => {
    expect(severityView(severity({ dpc: { kind } })).score).toBe(score);
  });

  it('of several kinds the highest counts', () => {
    const dpc: SeveritySubmission['dpc'] = [
      { kind: 'simple', adjustedTo: 4 },
      { kind: 'financial', adjustedTo: 2 },
      { kind: 'behavioural' },
    ];
    expect(severityView(severity({ dpc, ei: 0.5 })).score).toBe(2);
  });

  it.each([
    // ei of data scored 4, the band, what is proposed
    [0.25, 'LOW', false, false],
    [0.5, 'MEDIUM', true, false],
    [0.75, 'HIGH', true, true],
    [1, 'VERY_HIGH', true, true],
  ] as const)('4 × %f is %s', (ei, band, notifyAuthority, communicateToSubjects) => {
    expect(severityView(severity({ dpc: { kind: 'sensitive' }, ei }))).toMatchObject({
      band,
      proposal: { notifyAuthority, communicateToSubjects },
    });
  });

  it('a low score does not speak of nothing to do', () => {
    const { proposal } = severityView(severity());
    expect(proposal.text.en).toContain('reasons');
    expect(proposal.notes.map(({ en }) => en).join()).toContain('EDPB');
  });

  it('says what it does not count', () => {
    const notes = severityView(severity({ individuals: 101, unintelligible: true })).proposal.notes;
    expect(notes[0]?.de).toContain('100');
    expect(notes[1]?.de).toContain('Art. 34 Abs. 3');
    expect(severityView(severity({ individuals: 100 })).proposal.notes).toHaveLength(1);
  });

  it('nothing that is worse gives a lower score', () => {
    const quarter = fc.constantFrom(0 as const, 0.25 as const, 0.5 as const);
    const property = fc.property(quarter, quarter, quarter, fc.boolean(), (c, i, a, malicious) => {
      const one = severity({ confidentiality: c, integrity: i, availability: a, malicious });
      const base = severityView(severity()).score;
      expect(severityView(one).score).toBe(base + c + i + a + (malicious ? 0.5 : 0));
    });
    fc.assert(property);
  });
});
