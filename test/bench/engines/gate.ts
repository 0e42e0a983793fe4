import {
  concerns,
  emptyState,
  type ConsentState,
  type Withdrawal,
} from '../../../shared/ledger/contact-point-state.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import { recipientCase, type RecipientFacts } from '../../../shared/policy/decide.ts';
import type { Evaluation } from '../../../shared/policy/evaluation.ts';
import { panelOf, type Finding, type Judging } from '../../../shared/policy/panel.ts';
import { deny, PASS, type RecipientRule, type Verdict } from '../../../shared/policy/rule.ts';
import { recipientRules } from '../../../shared/policy/rulebook.ts';
import { keeping, type Engine } from './engine.ts';
import type { PersonRecord } from './people.ts';
import { conditions, controllerId, evaluation, numbers, type Condition } from './policy.ts';

/** The rule of the rulebook that states a condition. */
function ruleOf(condition: Condition): RecipientRule {
  const found = recipientRules.find(({ id }) => id === condition);
  assert(found !== undefined, 'every condition is a rule of the rulebook');
  return found;
}

/** The rule that states a condition, evaluated otherwise; the reason is the same. */
function restated(
  condition: Condition,
  evaluateAs: (denied: Verdict) => RecipientRule['evaluate'],
): RecipientRule {
  const rule = ruleOf(condition);
  const [code] = rule.codes;
  assert(code !== undefined, 'a rule has a code');
  return { ...rule, evaluate: evaluateAs(deny(code)) };
}

const consentWithdrawn = restated('consent-withdrawn', (denied) => ({ state }, { campaign }) => {
  for (const consent of state.consents) {
    if (!isWithdrawn(consent, state.withdrawals, campaign)) return PASS;
  }
  return denied;
});

function isWithdrawn(
  { confirmedAt, evidencedAt }: ConsentState,
  withdrawals: readonly Withdrawal[],
  { channelBit, purpose }: Evaluation['campaign'],
): boolean {
  for (const { at, channels, purposes } of withdrawals) {
    if (!concerns(channels, channelBit) || purposes?.includes(purpose) === false) continue;
    const lifted = confirmedAt !== null && confirmedAt > at;
    if (!lifted || evidencedAt === null || evidencedAt <= at) return true;
  }
  return false;
}

const consentUnconfirmed = restated('consent-unconfirmed', (denied) => ({ state }, { instant }) => {
  for (const { confirmedAt } of state.consents) {
    if (confirmedAt !== null && confirmedAt <= instant) return PASS;
  }
  return denied;
});

const consentChannel = restated('consent-channel', (denied) => ({ state }, { campaign }) => {
  for (const { channels } of state.consents) {
    if ((channels & campaign.channelBit) !== 0) return PASS;
  }
  return denied;
});

const consentPurpose = restated('consent-purpose', (denied) => ({ state }, { campaign }) => {
  for (const { purposes } of state.consents) if (purposes.includes(campaign.purpose)) return PASS;
  return denied;
});

const consentAdvertiser = restated('consent-advertiser', (denied) => ({ state }, { campaign }) => {
  for (const { advertisers } of state.consents) {
    const named =
      advertisers === null
        ? campaign.advertiser === campaign.controller
        : advertisers.includes(campaign.advertiser);
    if (named) return PASS;
  }
  return denied;
});

const consentEvidence = restated('consent-evidence', (denied) => ({ state }) => {
  for (const { wordingComplete, referenced, method } of state.consents) {
    const proves = method === 'doi_email' || method === 'paper';
    if (wordingComplete && referenced && proves) return PASS;
  }
  return denied;
});

const consentStale = restated('consent-stale', (denied) => ({ state, law }) => {
  const used = Math.max(state.lastActive?.at ?? 0, state.contacts[0]?.at ?? 0);
  for (const { confirmedAt } of state.consents) {
    if (Math.max(used, confirmedAt ?? 0) >= law.dormantSince) return PASS;
  }
  return denied;
});

/**
 * The policy as twelve rules that read the state alone. Five stand in the rulebook as they are;
 * those on the consent read there what was assessed of all grounds, and here the consents
 * themselves. Everybody has one consent here, so it is the same for each of them.
 */
const rules: readonly RecipientRule[] = [
  ruleOf('block-list'),
  ruleOf('objection'),
  consentWithdrawn,
  ruleOf('restriction'),
  consentUnconfirmed,
  consentChannel,
  consentPurpose,
  consentAdvertiser,
  consentEvidence,
  consentStale,
  ruleOf('profiling-minor'),
  ruleOf('frequency-cap'),
];

/**
 * The permission of somebody of whom nothing is known: no ground is assessed, so that no rule can
 * read off it what it is asked here.
 */
const { permission: notAssessed } = recipientCase(
  { identified: 'known', state: emptyState('email'), others: [] },
  evaluation,
);

const onStates = panelOf(rules, 0, evaluation);

/** The twelve rules on the gate's own states: each person's case is put together in the pass. */
export const gateStates: Engine = engineOf(
  'the gate, from its states',
  ({ identified, state, others }) => {
    const law = evaluation.lawBook.lawFor(state);
    return onStates({ identified, state, others, law, permission: notAssessed });
  },
  true,
);

type OnRecord = (person: PersonRecord) => Verdict;

/** The conditions as rules on the very records that the other engines get. */
const onRecord: Readonly<Record<Condition, (denied: Verdict) => OnRecord>> = {
  'block-list': (denied) => (person) => (person.blocked ? denied : PASS),
  objection: (denied) => (person) => (person.objected ? denied : PASS),
  'consent-withdrawn': (denied) => (person) =>
    person.withdrawnAt === 0 || person.confirmedAt > person.withdrawnAt ? PASS : denied,
  restriction: (denied) => (person) => (person.restricted ? denied : PASS),
  'consent-unconfirmed': (denied) => (person) =>
    person.confirmedAt > 0 && person.confirmedAt <= numbers.now ? PASS : denied,
  'consent-channel': (denied) => (person) => (person.channels.includes('EMAIL') ? PASS : denied),
  'consent-purpose': (denied) => (person) =>
    person.purposes.includes('newsletter.fashion') ? PASS : denied,
  'consent-advertiser': (denied) => (person) =>
    person.advertisers.includes(controllerId) ? PASS : denied,
  'consent-evidence':
    (denied) =>
    ({ wordingComplete, referenced, method }) =>
      wordingComplete && referenced && (method === 'doi_email' || method === 'paper')
        ? PASS
        : denied,
  'consent-stale': (denied) => (person) =>
    person.activeAt >= numbers.dormantSince ? PASS : denied,
  'profiling-minor': (denied) => (person) => (person.bornOn <= numbers.adultBornOn ? PASS : denied),
  'frequency-cap': (denied) => (person) =>
    person.contactsInWeek < numbers.perWeek && person.contactsInMonth < numbers.perMonth
      ? PASS
      : denied,
};

const onRecords = panelOf(
  conditions.map((condition): Judging<PersonRecord> => {
    const [code] = ruleOf(condition).codes;
    assert(code !== undefined, 'a rule has a code');
    return { evaluate: onRecord[condition](deny(code)) };
  }),
  0,
  evaluation,
);

/** The gate's engine on the records that the others get, with every reason. */
export const gate: Engine = {
  name: 'the gate',
  prepare: (people) => {
    const records = people.map(({ record }) => record);
    const { kept, decide } = keeping(records, onRecords);
    return {
      decide,
      allows: (place) => kept[place]?.length === 0,
      failing: (place) => (kept[place] ?? []).map(conditionOf),
    };
  },
};

const assessed = panelOf(conditions.map(ruleOf), 0, evaluation);

/**
 * The twelve conditions by the rules of the rulebook. Those on the consent need the permission
 * assessed first: every consent, sale, interest and register under the law of each country. Of a
 * consent whose scope is wrong they name nothing else, so that the reasons are fewer.
 */
export const gateAssessed: Engine = engineOf(
  'the gate, all grounds assessed',
  (facts) => assessed(recipientCase(facts, evaluation)),
  false,
);

function engineOf(
  name: string,
  findings: (facts: RecipientFacts) => readonly Finding[],
  namesAll: boolean,
): Engine {
  return {
    name,
    prepare: (people) => {
      const facts = people.map(({ state }): RecipientFacts => ({
        identified: 'known',
        state,
        others: [],
      }));
      const { kept, decide } = keeping(facts, findings);
      return {
        decide,
        allows: (place) => kept[place]?.length === 0,
        failing: namesAll ? (place) => (kept[place] ?? []).map(conditionOf) : null,
      };
    },
  };
}

function conditionOf({ rule }: Finding): Condition {
  const condition = conditions[rule];
  assert(condition !== undefined, 'a finding is of one of the twelve rules');
  return condition;
}
