import type { BreachTrigger, RegimeName } from '../contract/breaches.ts';

/** How long, and by which rule it is counted (see `periods.ts`). */
export type Period =
  /** Regulation 1182/71: the hour of the event is not counted. */
  | { readonly unit: 'hours-1182-71'; readonly count: number }
  | { readonly unit: 'hours'; readonly count: number }
  | { readonly unit: 'days'; readonly count: number }
  | { readonly unit: 'months'; readonly count: number }
  /** The law says "as soon as possible"; the hours are a target that the gate sets (P). */
  | { readonly unit: 'target-hours'; readonly count: number }
  /** The hours that a contract names. */
  | { readonly unit: 'contract-hours' };

export interface RegimeStep {
  readonly step: string;
  readonly trigger: BreachTrigger;
  readonly period: Period;
  readonly citation: string;
  /** RULES 0.1: how certain it is; U has to be verified before it is relied on. */
  readonly certainty: 'S' | 'G' | 'P' | 'U';
  /** In force from this date on, and until before that one; null: without a bound. */
  readonly from: string | null;
  readonly until: string | null;
  /** From which risk on it is owed, once somebody has decided on it; null: whatever the risk. */
  readonly threshold: 'risk' | 'high-risk' | null;
}

export interface Regime {
  readonly who: string;
  readonly receiver: string;
  /** False: a proposal. It is computed for those who ask for it by name, and binds nobody. */
  readonly isLaw: boolean;
  readonly steps: readonly RegimeStep[];
}

const step = (
  name: string,
  trigger: BreachTrigger,
  period: Period,
  source: Pick<RegimeStep, 'citation' | 'certainty'> &
    Partial<Pick<RegimeStep, 'from' | 'until' | 'threshold'>>,
): RegimeStep => ({
  ...{ step: name, trigger, period },
  ...{ from: null, until: null, threshold: null, ...source },
});

const hours = (count: number): Period => ({ unit: 'hours', count });
const days = (count: number): Period => ({ unit: 'days', count });
const months = (count: number): Period => ({ unit: 'months', count });

/** § 32 BSIG and the other transpositions; the directive itself has applied since 18 Oct 2024. */
const nis2 = {
  citation: 'Art. 23(4) NIS2; § 32 BSIG',
  certainty: 'S',
  from: '2025-12-06',
} as const;
const dora = {
  citation: 'Art. 19 DORA; Art. 5 Del. Reg. (EU) 2025/301',
  certainty: 'S',
  from: '2025-01-17',
} as const;
const cra = {
  citation: 'Art. 14 Reg. (EU) 2024/2847',
  certainty: 'S',
  from: '2026-09-11',
} as const;
const psd2 = { citation: 'EBA/GL/2021/03', certainty: 'G', until: '2025-01-17' } as const;
const telco = { citation: 'Art. 2 Reg. (EU) 611/2013; § 169 TKG', certainty: 'S' } as const;
const pecr = 'PECR reg. 5A';
const aiAct = { citation: 'Art. 73 AI Act', certainty: 'U', from: '2026-08-02' } as const;

/** Art. 33 GDPR as the Digital Omnibus would have it: in 96 hours, and of high risks alone. */
const proposed = step(
  'notification',
  'awareness',
  { unit: 'hours-1182-71', count: 96 },
  { citation: 'COM(2025) 837, a proposal', certainty: 'G', threshold: 'high-risk' },
);

/**
 * The flag `regime.gdpr.v2` (RULES F.1): from which date the 96 hours are law; null: they are a
 * proposal that binds nobody. Whoever sets it cites the regulation as adopted in `proposed`.
 */
const GDPR_V2_FROM: string | null = null;

/** One incident, many clocks (RULES F.4); law that changed on a date has a row for each time. */
const lawOfToday: Readonly<Record<RegimeName, Regime>> = Object.freeze({
  GDPR: {
    who: 'controller',
    receiver: 'supervisory authority',
    isLaw: true,
    steps: [
      step(
        'notification',
        'awareness',
        { unit: 'hours-1182-71', count: 72 },
        { citation: 'Art. 33(1) GDPR; Art. 3 Reg. 1182/71', certainty: 'S', threshold: 'risk' },
      ),
    ],
  },
  GDPR_PROC: {
    who: 'processor',
    receiver: 'controller',
    isLaw: true,
    steps: [
      step(
        'notice-to-controller',
        'awareness',
        { unit: 'target-hours', count: 24 },
        { citation: 'Art. 33(2) GDPR', certainty: 'P' },
      ),
    ],
  },
  GDPR_V2: {
    who: 'controller, high risk only',
    receiver: 'supervisory authority through the single entry point',
    isLaw: false,
    steps: [proposed],
  },
  NIS2: {
    who: 'essential or important entity',
    receiver: 'CSIRT or competent authority (BSI)',
    isLaw: true,
    steps: [
      step('early-warning', 'awareness', hours(24), nis2),
      step('notification', 'awareness', hours(72), nis2),
      step('final', 'submission', months(1), nis2),
    ],
  },
  NIS2_TRUST: {
    who: 'trust service provider',
    receiver: 'CSIRT or competent authority',
    isLaw: true,
    steps: [
      step('early-warning', 'awareness', hours(24), nis2),
      step('notification', 'awareness', hours(24), nis2),
      step('final', 'submission', months(1), nis2),
    ],
  },
  DORA: {
    who: 'financial entity',
    receiver: 'competent authority (BaFin)',
    isLaw: true,
    steps: [
      step('initial', 'classification', hours(4), dora),
      step('initial-outer-limit', 'awareness', hours(24), dora),
      step('intermediate', 'submission', hours(72), dora),
      step('final', 'intermediate_submission', months(1), dora),
    ],
  },
  EIDAS: {
    who: 'trust service provider',
    receiver: 'supervisory body',
    isLaw: true,
    steps: [
      step('notification', 'awareness', hours(24), {
        citation: 'Art. 19a(1)(b), 24(2)(fb) eIDAS',
        certainty: 'G',
      }),
    ],
  },
  TELCO: {
    who: 'provider of public electronic communications services',
    receiver: 'BfDI and BNetzA',
    isLaw: true,
    steps: [
      step('notification', 'detection', hours(24), telco),
      step('second-notification', 'submission', days(3), telco),
    ],
  },
  PSD2: {
    who: 'payment service provider outside DORA',
    receiver: 'competent authority',
    isLaw: true,
    steps: [step('initial', 'classification', hours(4), psd2)],
  },
  CRA: {
    who: 'manufacturer of a product with digital elements',
    receiver: 'CSIRT and ENISA',
    isLaw: true,
    steps: [
      step('early-warning', 'awareness', hours(24), cra),
      step('notification', 'awareness', hours(72), cra),
      step('final-vulnerability', 'corrective_measure', days(14), cra),
      step('final-incident', 'submission', months(1), cra),
    ],
  },
  UK: {
    who: 'controller',
    receiver: 'Information Commission',
    isLaw: true,
    steps: [
      step('notification', 'awareness', hours(72), {
        citation: 'Art. 33 UK GDPR',
        certainty: 'S',
        threshold: 'risk',
      }),
    ],
  },
  UK_PECR: {
    who: 'provider of public electronic communications services',
    receiver: 'Information Commission',
    isLaw: true,
    steps: [
      step('notification', 'awareness', hours(24), {
        citation: pecr,
        certainty: 'G',
        until: '2025-08-20',
      }),
      step('notification', 'awareness', hours(72), {
        citation: `${pecr} as amended by the DUAA`,
        certainty: 'G',
        from: '2025-08-20',
      }),
    ],
  },
  CH: {
    who: 'controller, likely high risk',
    receiver: 'FDPIC (EDÖB)',
    isLaw: true,
    steps: [
      step(
        'notification',
        'awareness',
        { unit: 'target-hours', count: 72 },
        { citation: 'Art. 24(1) DSG', certainty: 'S', threshold: 'high-risk' },
      ),
    ],
  },
  CH_ISG: {
    who: 'operator of critical infrastructure',
    receiver: 'BACS',
    isLaw: true,
    steps: [
      step('notification', 'detection', hours(24), {
        citation: 'Art. 74a ff. ISG',
        certainty: 'G',
        from: '2025-04-01',
      }),
      step('completion', 'detection', days(14), {
        citation: 'Art. 74a ff. ISG',
        certainty: 'G',
        from: '2025-04-01',
      }),
    ],
  },
  AIACT: {
    who: 'provider of a high-risk AI system',
    receiver: 'market surveillance authority',
    isLaw: true,
    steps: [
      step('widespread-infringement', 'awareness', days(2), aiAct),
      step('death', 'awareness', days(10), aiAct),
      step('serious-incident', 'awareness', days(15), aiAct),
    ],
  },
  CONTRACT: {
    who: 'party to a contract with such a clause',
    receiver: 'other party, insurer',
    isLaw: true,
    steps: [
      step(
        'notice',
        'awareness',
        { unit: 'contract-hours' },
        { citation: 'the contract', certainty: 'P' },
      ),
    ],
  },
});

/** The regimes once the proposal is law from a date on: where it begins, the 72 hours end. */
export function regimesWith(gdprV2From: string | null): Readonly<Record<RegimeName, Regime>> {
  if (gdprV2From === null) return lawOfToday;
  const { GDPR, GDPR_V2 } = lawOfToday;
  const before = GDPR.steps.map((each) => ({ ...each, until: gdprV2From }));
  const steps = [...before, { ...proposed, from: gdprV2From }];
  return { ...lawOfToday, GDPR: { ...GDPR, steps }, GDPR_V2: { ...GDPR_V2, isLaw: true } };
}

export const regimes = regimesWith(GDPR_V2_FROM);
