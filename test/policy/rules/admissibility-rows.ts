import { consented, registered, requested } from '../../scenarios/facts.ts';
import type { CampaignFields } from '../../../shared/contract/campaigns.ts';
import type { ProfilingLevel } from '../../../shared/contract/vocabulary.ts';
import { rowsOf, type Row } from './row.ts';

type TransferBasis = CampaignFields['processors'][number]['transfer']['basis'];

const facts = [registered(), consented()];
const processor = (country: string, basis: TransferBasis, ref: string | null) => ({
  campaign: {
    processors: [{ name: 'P', country, contractRef: 'AVV-7', transfer: { basis, ref } }],
  },
});
const level = (name: ProfilingLevel, dpiaRef: string | null) => ({
  campaign: { profiling: { level: name }, assessments: { liaRef: 'LIA-1', dpiaRef } },
});

/** Rules on the campaign alone. */
export const admissibilityRows: readonly Row[] = [
  ...rowsOf('sender-identified', { facts }, [
    ['sender and imprint', {}],
    [
      'sender concealed',
      { campaign: { message: { senderIdentified: false } } },
      'D_CONTENT_SENDER_CONCEALED',
    ],
    ['no imprint', { campaign: { message: { imprint: false } } }, 'D_CONTENT_SENDER_CONCEALED'],
  ]),
  ...rowsOf('unsubscribe-offered', { facts }, [
    ['both ways', {}],
    ['notice alone', { campaign: { message: { oneClickUnsubscribe: false } } }],
    ['one-click alone', { campaign: { message: { optOutNotice: false } } }],
    [
      'neither',
      { campaign: { message: { optOutNotice: false, oneClickUnsubscribe: false } } },
      'D_CONTENT_UNSUBSCRIBE_MISSING',
    ],
    [
      'neither, by post',
      {
        campaign: { channel: 'POST', message: { optOutNotice: false, oneClickUnsubscribe: false } },
      },
      'D_CONTENT_UNSUBSCRIBE_MISSING',
    ],
    [
      'neither, no advertising',
      {
        campaign: {
          content: 'transactional',
          message: {
            optOutNotice: false,
            oneClickUnsubscribe: false,
            containsAdvertising: false,
          },
        },
      },
    ],
  ]),
  ...rowsOf('caller-id-shown', { facts, campaign: { channel: 'PHONE_HUMAN' } }, [
    ['shown', {}],
    ['suppressed', { campaign: { message: { callerIdShown: false } } }, 'D_CALLER_ID_SUPPRESSED'],
    [
      'suppressed by a machine',
      { campaign: { channel: 'PHONE_AUTO', message: { callerIdShown: false } } },
      'D_CALLER_ID_SUPPRESSED',
    ],
    ['no call', { campaign: { channel: 'EMAIL', message: { callerIdShown: false } } }],
  ]),
  ...rowsOf(
    'confirmation-without-advertising',
    {
      facts: [registered(), requested('2026-11-23T09:00:00+01:00')],
      campaign: { content: 'doi_confirmation' },
    },
    [
      ['plain', {}],
      [
        'with a banner',
        { campaign: { message: { containsAdvertising: true } } },
        'D_DOI_MAIL_CONTAINS_ADVERT',
      ],
    ],
  ),
  ...rowsOf('processor-contract', { facts }, [
    ['contract on file', processor('FR', 'not_needed', null)],
    ['no processor', { campaign: { processors: [] } }],
    [
      'no contract',
      {
        campaign: {
          processors: [
            {
              name: 'P',
              country: 'FR',
              contractRef: null,
              transfer: { basis: 'not_needed', ref: null },
            },
          ],
        },
      },
      'D_PROCESSOR_NO_AVV',
    ],
  ]),
  ...rowsOf('transfer-basis', { facts }, [
    ['within the EEA', processor('NO', 'not_needed', null)],
    ['adequate country', processor('CH', 'adequacy', null)],
    ['not adequate', processor('IN', 'adequacy', null), 'D_TRANSFER_NO_BASIS'],
    ['listed under the DPF', processor('US', 'dpf', 'DPF-1')],
    ['DPF without an entry', processor('US', 'dpf', null), 'D_TRANSFER_NO_BASIS'],
    ['DPF elsewhere', processor('IN', 'dpf', 'DPF-1'), 'D_TRANSFER_NO_BASIS'],
    ['clauses on file', processor('IN', 'scc', 'SCC-1')],
    ['clauses claimed', processor('IN', 'scc', null), 'D_TRANSFER_NO_BASIS'],
    ['nothing', processor('US', 'none', null), 'D_TRANSFER_NO_BASIS'],
  ]),
  ...rowsOf(
    'balancing-documented',
    { facts, campaign: { assessments: { liaRef: null, dpiaRef: null } } },
    [
      ['e-mail needs none', {}],
      ['post', { campaign: { channel: 'POST' } }, 'D_LIA_MISSING'],
      ['in the app', { campaign: { channel: 'INAPP' } }, 'D_LIA_MISSING'],
      [
        'post on consent by policy',
        { campaign: { channel: 'POST' }, settings: { policy: { post: { requiresOptIn: true } } } },
        'D_LIA_MISSING',
      ],
    ],
  ),
  ...rowsOf('impact-assessment', { facts }, [
    ['P2 without', level('P2', null)],
    ['P3 without', level('P3', null), 'D_DPIA_MISSING'],
    ['P3 with', level('P3', 'DPIA-1')],
    ['P8 without', level('P8', null), 'D_DPIA_MISSING'],
  ]),
  ...rowsOf('campaign-approved', { facts }, [
    ['nobody asked', {}],
    ['released', { approval: 'given' }],
    ['rejected', { approval: 'refused' }, 'D_CAMPAIGN_NOT_APPROVED'],
  ]),
];
