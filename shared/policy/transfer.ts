import type { CampaignFields } from '../contract/campaigns.ts';
import { unreachable } from '../kernel/assert.ts';

/** The European Economic Area: no transfer in the sense of Chapter V GDPR. */
const EEA: ReadonlySet<string> = new Set(
  (
    'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE ' + 'IS LI NO'
  ).split(' '),
);

/** Countries with an adequacy decision under Art. 45 GDPR (RULES TRF-1; Brazil unverified). */
const ADEQUATE: ReadonlySet<string> = new Set(
  'AD AR CA FO GG IL IM JP JE NZ KR CH GB UY'.split(' '),
);

type Processor = CampaignFields['processors'][number];

/** Whether a processor may receive data where it sits, on the basis that the campaign names. */
export function mayReceive({ country, transfer }: Processor): boolean {
  if (EEA.has(country)) return true;
  switch (transfer.basis) {
    case 'not_needed':
    case 'adequacy':
      return ADEQUATE.has(country);
    case 'dpf':
      return country === 'US' && transfer.ref !== null;
    case 'scc':
    case 'bcr':
      return transfer.ref !== null;
    case 'none':
      return false;
    default:
      return unreachable(transfer.basis);
  }
}
