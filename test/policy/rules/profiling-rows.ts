import type { ScenarioText } from '../../scenarios/scenario.ts';
import { consented, objected, registered } from '../../scenarios/facts.ts';
import { rowsOf, type Row } from './row.ts';

const facts = [registered(), consented()];
const consentedTo = (data: object) => [registered(), consented(data)];
const level = (name: NonNullable<ProfilingText['level']>, more: ProfilingText = {}) => ({
  campaign: { profiling: { level: name, ...more } },
});
type ProfilingText = NonNullable<NonNullable<ScenarioText['campaign']>['profiling']>;
const uses = (category: string, collectedFor = ['advertising']) => ({
  attributes: [{ name: 'attribute', category, collectedFor, source: 'own' }],
});
const boughtFrom = { kind: 'third_party', source: 'broker', obtainedAt: '2026-09-01T08:00:00Z' };
const onPlatform = (person: object) => [
  registered(person),
  consented({
    channels: ['CUSTOM_AUDIENCE', 'SOCIAL_DM'],
    platforms: ['ad-platform'],
    explicitArt9: true,
    profilingLevel: 'P7',
  }),
];
const uploaded = (name: NonNullable<ProfilingText['level']>, more: ProfilingText = {}) => ({
  campaign: {
    channel: 'CUSTOM_AUDIENCE' as const,
    platform: 'ad-platform',
    profiling: { level: name, ...more },
  },
});
const noAssessments = { liaRef: null, dpiaRef: null };

/** Profiling, purpose and data categories (RULES C). */
export const profilingRows: readonly Row[] = [
  ...rowsOf(
    'profiling-objection',
    { facts: [...facts, objected({ scope: 'profiling' }, '2026-06-01T08:00:00Z')] },
    [
      ['P0', level('P0')],
      ['P1', level('P1'), 'D_PROFILING_OBJECTION'],
      ['no objection', { ...level('P1'), facts }],
      [
        'newer consent to the level',
        {
          ...level('P3'),
          facts: [
            objected({ scope: 'profiling' }, '2026-01-20T08:00:00Z'),
            ...consentedTo({ profilingLevel: 'P3' }),
          ],
        },
      ],
      [
        'older consent to the level',
        {
          ...level('P3'),
          facts: [
            ...consentedTo({ profilingLevel: 'P3' }),
            objected({ scope: 'profiling' }, '2026-06-01T08:00:00Z'),
          ],
        },
        'D_PROFILING_OBJECTION',
      ],
    ],
  ),
  ...rowsOf('profiling-minor', {}, [
    ['adult', { ...level('P2'), facts: [registered({ birthDate: '2008-11-23' }), consented()] }],
    [
      '17',
      { ...level('P2'), facts: [registered({ birthDate: '2008-11-24' }), consented()] },
      'D_MINOR_POLICY',
    ],
    ['17, P1', { ...level('P1'), facts: [registered({ birthDate: '2008-11-24' }), consented()] }],
    ['unknown', { ...level('P2'), facts }],
    [
      'unknown, minor by policy',
      { ...level('P2'), facts, settings: { policy: { age: { unknown: 'minor' } } } },
      'D_MINOR_POLICY',
    ],
  ]),
  ...rowsOf('social-tracking', { facts }, [
    ['P5', level('P5')],
    ['P6', level('P6'), 'D_SOCIAL_TRACKING'],
    [
      'P6 with consent',
      { ...level('P6'), facts: consentedTo({ profilingLevel: 'P6' }) },
      'D_SOCIAL_TRACKING',
    ],
    ['declared P1 on posts', level('P1', uses('social')), 'D_SOCIAL_TRACKING'],
  ]),
  ...rowsOf('special-category', { facts }, [
    ['P2', level('P2')],
    ['P7', level('P7'), 'D_SPECIAL_CATEGORY_NO_EXPLICIT_CONSENT'],
    [
      'declared P1 on health',
      level('P1', uses('health')),
      'D_SPECIAL_CATEGORY_NO_EXPLICIT_CONSENT',
    ],
    ['flag', level('P1', { specialCategories: true }), 'D_SPECIAL_CATEGORY_NO_EXPLICIT_CONSENT'],
    [
      'explicit consent',
      { ...level('P7'), facts: consentedTo({ explicitArt9: true, profilingLevel: 'P7' }) },
    ],
  ]),
  ...rowsOf('automated-decision', { facts }, [
    ['P3', level('P3')],
    ['P8', level('P8'), 'D_AUTOMATED_DECISION_ART22'],
    ['significant effect', level('P1', { significantEffect: true }), 'D_AUTOMATED_DECISION_ART22'],
    ['consent to it', { ...level('P8'), facts: consentedTo({ profilingLevel: 'P8' }) }],
  ]),
  ...rowsOf('profiling-level', { facts }, [
    ['P2', level('P2')],
    ['P3', level('P3'), 'D_PROFILING_LEVEL_NOT_PERMITTED'],
    ['P3 with consent', { ...level('P3'), facts: consentedTo({ profilingLevel: 'P3' }) }],
    [
      'P3 with a consent that a recording does not prove',
      {
        ...level('P3'),
        facts: [
          ...facts,
          consented({
            consentId: 'c-2',
            profilingLevel: 'P3',
            evidence: { method: 'call_recording', ref: 'r' },
          }),
        ],
      },
      'D_PROFILING_LEVEL_NOT_PERMITTED',
    ],
    [
      'P4 with consent to P3',
      { ...level('P4'), facts: consentedTo({ profilingLevel: 'P3' }) },
      'D_PROFILING_LEVEL_NOT_PERMITTED',
    ],
    ['P5', level('P5'), 'D_PROFILING_LEVEL_NOT_PERMITTED'],
    [
      'declared P1 on external scores',
      level('P1', uses('external_score')),
      'D_PROFILING_LEVEL_NOT_PERMITTED',
    ],
  ]),
  ...rowsOf('profiling-grounds', { facts }, [
    ['P1 with balancing', level('P1')],
    [
      'P1 without',
      { campaign: { profiling: { level: 'P1' }, assessments: noAssessments } },
      'D_LIA_MISSING',
      'D_FACT_MISSING',
    ],
    ['P0 without', { campaign: { assessments: noAssessments } }],
    [
      'P1 without, but consented to',
      {
        campaign: { profiling: { level: 'P1' }, assessments: noAssessments },
        facts: consentedTo({ profilingLevel: 'P1' }),
      },
    ],
    [
      'P7 without consent to the level',
      { ...level('P7'), facts: consentedTo({ explicitArt9: true }) },
      'D_FACT_MISSING',
    ],
  ]),
  ...rowsOf('purpose-limitation', { facts }, [
    ['collected for advertising', level('P1', uses('purchase_history'))],
    ['collected for this purpose', level('P1', uses('purchase_history', ['newsletter.fashion']))],
    [
      'collected for something else',
      level('P1', uses('purchase_history', ['order'])),
      'D_PURPOSE_INCOMPATIBLE',
    ],
    [
      'consented to',
      {
        ...level('P1', uses('purchase_history', ['order'])),
        facts: consentedTo({ profilingLevel: 'P1' }),
      },
    ],
  ]),
  ...rowsOf('data-category', { facts }, [
    ['purchase history', level('P1', uses('purchase_history'))],
    ['payment', level('P1', uses('payment')), 'D_DATA_CATEGORY_NOT_PERMITTED'],
    ['unknown category', level('P1', uses('astrology')), 'D_DATA_CATEGORY_NOT_PERMITTED'],
    [
      'location, consented to',
      { ...level('P1', uses('location')), facts: consentedTo({ profilingLevel: 'P1' }) },
    ],
    [
      'convictions',
      { ...level('P1', uses('criminal')), facts: consentedTo({ profilingLevel: 'P8' }) },
      'D_CRIMINAL_DATA_ART10',
    ],
  ]),
  ...rowsOf('political-advertising', { facts }, [
    ['not targeted', level('P0', { political: true })],
    ['targeted', level('P1', { political: true }), 'D_SECTOR_RULE'],
    [
      'separate consent',
      { ...level('P1', { political: true }), facts: consentedTo({ political: true }) },
    ],
    ['by post', { campaign: { channel: 'POST', profiling: { level: 'P1', political: true } } }],
    [
      'special category in spite of both consents',
      {
        ...level('P7', { political: true, specialCategories: true }),
        facts: consentedTo({ political: true, explicitArt9: true, profilingLevel: 'P7' }),
      },
      'D_SECTOR_RULE',
    ],
    [
      'attribute from elsewhere',
      {
        campaign: {
          profiling: {
            level: 'P1',
            political: true,
            attributes: [
              { name: 'region', category: 'contact', collectedFor: ['advertising'], source: 'x' },
            ],
          },
        },
        facts: consentedTo({ political: true }),
      },
      'D_SECTOR_RULE',
    ],
    [
      'person known from elsewhere',
      {
        ...level('P1', { political: true }),
        facts: [registered({ origin: boughtFrom }), consented({ political: true })],
      },
      'D_SECTOR_RULE',
    ],
    [
      '17',
      {
        ...level('P1', { political: true }),
        facts: [registered({ birthDate: '2009-11-23' }), consented({ political: true })],
      },
    ],
    [
      '16',
      {
        ...level('P1', { political: true }),
        facts: [registered({ birthDate: '2009-11-24' }), consented({ political: true })],
      },
      'D_SECTOR_RULE',
    ],
    [
      'age unknown, minor by policy',
      {
        ...level('P1', { political: true }),
        facts: consentedTo({ political: true }),
        settings: { policy: { age: { unknown: 'minor' } } },
      },
      'D_SECTOR_RULE',
    ],
  ]),
  ...rowsOf('platform-advertising', { facts: onPlatform({}) }, [
    ['no profiling', uploaded('P0')],
    ['adult', { ...uploaded('P1'), facts: onPlatform({ birthDate: '2008-11-23' }) }],
    [
      'minor',
      { ...uploaded('P1'), facts: onPlatform({ birthDate: '2008-11-24' }) },
      'D_SECTOR_RULE',
    ],
    ['age unknown', uploaded('P1')],
    [
      'age unknown, minor by policy',
      { ...uploaded('P1'), settings: { policy: { age: { unknown: 'minor' } } } },
      'D_SECTOR_RULE',
    ],
    [
      'special category in spite of an explicit consent',
      uploaded('P7', { specialCategories: true }),
      'D_SECTOR_RULE',
    ],
    ['on no platform', { ...level('P1'), facts: onPlatform({ birthDate: '2008-11-24' }) }],
    [
      'message on a platform',
      {
        campaign: { channel: 'SOCIAL_DM', platform: 'ad-platform', profiling: { level: 'P1' } },
        facts: onPlatform({ birthDate: '2008-11-24' }),
      },
      'D_SECTOR_RULE',
    ],
  ]),
];
