import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_SECTOR_RULE');

/** 10 October 2025, midnight in Brussels. */
const appliesFrom = Date.UTC(2025, 9, 9, 22);

/**
 * Online political advertising that selects by profiling needs four things: a separate explicit
 * consent; data that come from the person alone; no special category among them; and an age of at
 * least 17, a year below the voting age. Letters and fax are not online. Whoever has no recorded
 * birth date counts as adult, unless the controller has chosen the stricter reading (SEC-1).
 */
export const politicalAdvertising: RecipientRule = {
  id: 'political-advertising',
  number: 49,
  group: 'profiling',
  obligation: {
    de: 'Politische Werbung mit Profiling braucht eine gesonderte ausdrückliche Einwilligung.',
    en: 'Political advertising with profiling needs a separate explicit consent.',
  },
  authority: 'Reg. (EU) 2024/900 Art. 18',
  certainty: 'S',
  inputs: [
    'profiling.political',
    'profiling.level',
    'profiling.attributes',
    'consents',
    'origin',
    'birthDate',
    'age.unknown',
  ],
  codes: ['D_SECTOR_RULE'],
  appliesTo: ({ campaign: { isAdvertising, profiling, profilingLevel, channel }, instant }) => {
    const targeted = isAdvertising && profiling.political && profilingLevel > 0;
    return targeted && channel !== 'POST' && channel !== 'FAX' && instant >= appliesFrom;
  },
  evaluate: ({ state, permission }, { campaign, cutoffs, parameters }) => {
    const foreign = campaign.profiling.attributes.some(({ source }) => source !== 'own');
    if (campaign.isSensitive || foreign || !permission.profiling.political) return denied;
    if (state.origin !== null && state.origin.kind !== 'own') return denied;
    if (state.birthDate === null) return parameters.age.unknown === 'minor' ? denied : PASS;
    return state.birthDate > cutoffs.targetedIfBornBy ? denied : PASS;
  },
};
