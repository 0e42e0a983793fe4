import type { DataKind, SeverityBand } from '../contract/breaches.ts';

/*
 * Severity of a breach by the method of ENISA (working document v1.0, December 2013): SE = DPC × EI
 * + CB. All in whole quarters, so that no sum ever lies beside the edge of its band.
 */

/** The score that each kind of data starts from (RULES F.6). */
const baseScores: Readonly<Record<DataKind, number>> = Object.freeze({
  simple: 1,
  behavioural: 2,
  financial: 3,
  sensitive: 4,
});

export interface DataScore {
  readonly kind: DataKind;
  /** 1 to 4: what the context makes of it; absent, the base of the kind. */
  readonly adjustedTo?: number | null | undefined;
}

export interface Severity {
  /** One score for each kind of data in the set; the highest counts. */
  readonly data: readonly DataScore[];
  /** 0.25, 0.5, 0.75 or 1: how easily somebody is identified. */
  readonly easeOfIdentification: number;
  /** 0, 0.25 or 0.5 each: how bad the loss of it is. */
  readonly confidentiality: number;
  readonly integrity: number;
  readonly availability: number;
  readonly malicious: boolean;
}

const QUARTERS = 4;
const MALICIOUS_QUARTERS = 2;

/** From 0.25 to 6, in quarters of one. */
export function severityScore(severity: Severity): number {
  const scores = severity.data.map(({ kind, adjustedTo }) => adjustedTo ?? baseScores[kind]);
  const circumstances =
    quarters(severity.confidentiality) +
    quarters(severity.integrity) +
    quarters(severity.availability) +
    (severity.malicious ? MALICIOUS_QUARTERS : 0);
  const inQuarters = Math.max(...scores) * quarters(severity.easeOfIdentification) + circumstances;
  return inQuarters / QUARTERS;
}

/** Exact: what comes in are quarters. */
function quarters(value: number): number {
  return Math.round(value * QUARTERS);
}

/** Below 2 low, below 3 medium, below 4 high; each band begins with its bound. */
export function severityBand(score: number): SeverityBand {
  if (score < 2) return 'LOW';
  if (score < 3) return 'MEDIUM';
  return score < 4 ? 'HIGH' : 'VERY_HIGH';
}

export interface SeverityProposal {
  /** Art. 33(1) GDPR. */
  readonly notifyAuthority: boolean;
  /** Art. 34(1) GDPR. */
  readonly communicateToSubjects: boolean;
}

/**
 * What the band suggests. That is policy and no law: ENISA's score and the cases of the EDPB
 * differ, so a human decides, and a low score closes nothing without reasons of its own.
 */
export function proposalOf(band: SeverityBand): SeverityProposal {
  return {
    notifyAuthority: band !== 'LOW',
    communicateToSubjects: band === 'HIGH' || band === 'VERY_HIGH',
  };
}
