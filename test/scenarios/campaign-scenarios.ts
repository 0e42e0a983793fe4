import { active, bought, consented, consentedToCalls, contacted, registered } from './facts.ts';
import { scenario, type Scenario } from './scenario.ts';

const post = { channel: 'POST' } as const;
/** TS-016: a customer who was told of the right to object. */
const customer = [registered(), bought({}, '2026-03-20T12:00:00Z')];
const consentToScoring = consented(
  { consentId: 'p-1', channels: ['POST'], purposes: ['profiling'], profilingLevel: 'P3' },
  '2026-04-01T08:00:00Z',
);
const attribute = (name: string, category: string, collectedFor: string[]) => ({
  name,
  category,
  collectedFor,
  source: 'own',
});

/** Profiling, origin, retention and the campaign itself: TS-064 to TS-082, TS-109 to TS-120. */
export const campaignScenarios: readonly Scenario[] = [
  scenario({
    id: 'TS-064',
    title: '17-year-old with a valid consent, scoring',
    facts: [registered({ birthDate: '2009-06-01' }), consented({ profilingLevel: 'P3' })],
    campaign: { profiling: { level: 'P3' } },
    outcome: 'deny',
    codes: ['D_MINOR_POLICY'],
  }),
  scenario({
    id: 'TS-066',
    title: 'customer without profiling consent, post by purchase propensity',
    facts: customer,
    campaign: { ...post, profiling: { level: 'P3' } },
    outcome: 'deny',
    codes: ['D_PROFILING_LEVEL_NOT_PERMITTED'],
  }),
  scenario({
    id: 'TS-067',
    title: 'customer with a consent to scoring, post',
    facts: [...customer, consentToScoring],
    campaign: { ...post, profiling: { level: 'P3' } },
    outcome: 'allow',
    codes: ['A_LEGIT_INTEREST_POST'],
  }),
  scenario({
    id: 'TS-069',
    title: 'delivery address used for geoscored purchasing power',
    facts: customer,
    campaign: {
      ...post,
      profiling: {
        level: 'P5',
        attributes: [attribute('delivery_address', 'contact', ['shipping'])],
      },
    },
    outcome: 'deny',
    codes: ['D_PROFILING_LEVEL_NOT_PERMITTED', 'D_PURPOSE_INCOMPATIBLE'],
  }),
  scenario({
    id: 'TS-070',
    title: 'social activity of the individual tracked',
    facts: [registered(), consented()],
    campaign: {
      profiling: { level: 'P6', attributes: [attribute('posts', 'social', ['advertising'])] },
    },
    outcome: 'deny',
    codes: ['D_SOCIAL_TRACKING'],
  }),
  scenario({
    id: 'TS-075',
    title: 'automated credit pre-approval',
    facts: [registered(), consented()],
    campaign: { profiling: { level: 'P8', significantEffect: true } },
    outcome: 'deny',
    codes: ['D_AUTOMATED_DECISION_ART22'],
  }),
  scenario({
    id: 'TS-076',
    title: 'upsell selected on the text of complaints',
    facts: [registered(), consented()],
    campaign: {
      profiling: {
        level: 'P1',
        attributes: [attribute('complaint_text', 'complaint', ['complaint_handling'])],
      },
    },
    outcome: 'deny',
    codes: ['D_PURPOSE_INCOMPATIBLE'],
    beside: ['D_DATA_CATEGORY_NOT_PERMITTED'],
  }),
  scenario({
    id: 'TS-078',
    title: 'broker record without information under Art. 14',
    facts: [
      registered({
        origin: { kind: 'third_party', source: 'broker', obtainedAt: '2026-10-10T08:00:00Z' },
      }),
    ],
    campaign: post,
    outcome: 'deny',
    codes: ['D_ART14_NOTICE_MISSING'],
  }),
  scenario({
    id: 'TS-079',
    title: 'last active contact 36 months and a day ago',
    facts: [registered({}, '2023-11-22T08:00:00Z'), bought({}, '2023-11-22T09:00:00Z')],
    campaign: post,
    outcome: 'deny',
    codes: ['D_RETENTION_INACTIVE'],
  }),
  scenario({
    id: 'TS-081',
    title: 'only invoice data of 2020, kept for tax law',
    facts: [
      registered({}, '2020-05-01T08:00:00Z'),
      bought({}, '2020-05-01T09:00:00Z'),
      {
        type: 'hold.set',
        at: '2021-01-01T00:00:00Z',
        data: { kind: 'tax', until: '2029-01-01T00:00:00+01:00' },
      },
    ],
    campaign: post,
    outcome: 'deny',
    codes: ['D_TAX_HOLD_ONLY'],
    beside: ['D_RETENTION_INACTIVE', 'D_RETENTION_MAX'],
  }),
  scenario({
    id: 'TS-082',
    title: 'last order in 2022, newsletter opened yesterday',
    facts: [
      registered({}, '2022-06-01T08:00:00Z'),
      bought({}, '2022-06-01T09:00:00Z'),
      active('open', '2026-11-22T09:00:00Z'),
    ],
    campaign: post,
    outcome: 'deny',
    codes: ['D_RETENTION_INACTIVE'],
  }),
  scenario({
    id: 'TS-109',
    title: 'residence and number country unknown',
    facts: [
      { ...registered({ residence: null }), subject: { id: 'crm-17', email: 'erika@example.org' } },
      { ...consented(), subject: { id: 'crm-17', email: 'erika@example.org' } },
    ],
    recipient: { id: 'crm-17', email: 'erika@example.org' },
    outcome: 'deny',
    codes: ['D_JURISDICTION_UNKNOWN'],
  }),
  scenario({
    id: 'TS-111',
    title: 'sender disguised',
    facts: [registered(), consented()],
    campaign: { message: { senderIdentified: false } },
    outcome: 'deny',
    codes: ['D_CONTENT_SENDER_CONCEALED'],
  }),
  scenario({
    id: 'TS-112',
    title: 'processor in the United States without a basis',
    facts: [registered(), consented()],
    campaign: {
      processors: [
        {
          name: 'Mail Service',
          country: 'US',
          contractRef: 'AVV-8',
          transfer: { basis: 'dpf', ref: null },
        },
      ],
    },
    outcome: 'deny',
    codes: ['D_TRANSFER_NO_BASIS'],
  }),
  scenario({
    id: 'TS-114',
    title: 'processor without a contract',
    facts: [registered(), consented()],
    campaign: {
      processors: [
        {
          name: 'Mail Service',
          country: 'FR',
          contractRef: null,
          transfer: { basis: 'not_needed', ref: null },
        },
      ],
    },
    outcome: 'deny',
    codes: ['D_PROCESSOR_NO_AVV'],
  }),
  scenario({
    id: 'TS-115',
    title: 'valid phone consent, caller id suppressed',
    facts: [registered(), consentedToCalls()],
    campaign: { channel: 'PHONE_HUMAN', message: { callerIdShown: false } },
    outcome: 'deny',
    codes: ['D_CALLER_ID_SUPPRESSED'],
  }),
  scenario({
    id: 'TS-117',
    title: 'post without a documented balancing',
    facts: customer,
    campaign: { ...post, assessments: { liaRef: null, dpiaRef: null } },
    outcome: 'deny',
    codes: ['D_LIA_MISSING'],
  }),
  scenario({
    id: 'TS-118',
    title: 'political message, targeted, no separate consent',
    facts: [registered(), consented()],
    campaign: { profiling: { level: 'P1', political: true } },
    outcome: 'deny',
    codes: ['D_SECTOR_RULE'],
  }),
  scenario({
    id: 'TS-120',
    title: 'fifth mail within seven days',
    facts: [
      registered(),
      bought(),
      contacted('EMAIL', '2026-11-17T09:00:00Z'),
      contacted('EMAIL', '2026-11-18T09:00:00Z'),
      contacted('EMAIL', '2026-11-20T09:00:00Z'),
      contacted('EMAIL', '2026-11-22T09:00:00Z'),
    ],
    outcome: 'deny',
    codes: ['D_FREQUENCY_CAP'],
    retryNotBefore: { D_FREQUENCY_CAP: '2026-11-27T09:00:00Z' },
  }),
];
