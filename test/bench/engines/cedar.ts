import {
  preparsePolicySet,
  statefulIsAuthorized,
  type Context,
  type EntityUid,
  type PolicySet,
  type Response,
} from '@cedar-policy/cedar-wasm/nodejs';
import { assert } from '../../../shared/kernel/assert.ts';
import { keeping, type Engine } from './engine.ts';
import type { PersonRecord } from './people.ts';
import { conditions, controllerId, numbers, type Condition } from './policy.ts';

/** The conditions in Cedar. It has no grouping of facts, so they are attributes of the context. */
const policy: Readonly<Record<Condition, string>> = {
  'block-list': '!context.blocked',
  objection: '!context.objected',
  'consent-withdrawn': '(context.withdrawnAt == 0 || context.withdrawnAt < context.confirmedAt)',
  restriction: '!context.restricted',
  'consent-unconfirmed': `(context.confirmedAt > 0 && context.confirmedAt <= ${numbers.now})`,
  'consent-channel': 'context.channels.contains("EMAIL")',
  'consent-purpose': 'context.purposes.contains("newsletter.fashion")',
  'consent-advertiser': `context.advertisers.contains("${controllerId}")`,
  'consent-evidence':
    '(context.wordingComplete && context.referenced &&' +
    ' ["doi_email", "paper"].contains(context.method))',
  'consent-stale': `context.activeAt >= ${numbers.dormantSince}`,
  'profiling-minor': `context.bornOn <= ${numbers.adultBornOn}`,
  'frequency-cap':
    `(context.contactsInWeek < ${numbers.perWeek} &&` +
    ` context.contactsInMonth < ${numbers.perMonth})`,
};

/** One policy with every condition: it ends at the first that fails, and names none. */
const onePolicy: PolicySet = {
  staticPolicies: {
    all: `permit(principal, action, resource) when { ${Object.values(policy).join(' && ')} };`,
  },
};

/** One policy that permits and one that forbids for each condition: those that forbid are named. */
const thirteenPolicies: PolicySet = {
  staticPolicies: {
    everybody: 'permit(principal, action, resource);',
    ...Object.fromEntries(
      Object.entries(policy).map(([condition, met]) => [
        condition,
        `forbid(principal, action, resource) unless { ${met} };`,
      ]),
    ),
  },
};

const principal: EntityUid = { type: 'Controller', id: controllerId };
const action: EntityUid = { type: 'Action', id: 'contact' };
const resource: EntityUid = { type: 'Person', id: 'recipient' };

export const cedar: Engine = engineOf('Cedar, one policy', 'one', onePolicy, false);
export const cedarReasons: Engine = engineOf(
  'Cedar, 13 policies, all reasons',
  'thirteen',
  thirteenPolicies,
  true,
);

function engineOf(
  name: string,
  preparsedPolicySetId: string,
  policies: PolicySet,
  namesAll: boolean,
): Engine {
  return {
    name,
    prepare: (people) => {
      const parsed = preparsePolicySet(preparsedPolicySetId, policies);
      assert(parsed.type === 'success', 'the policies are Cedar');
      const contexts = people.map(({ record }) => contextOf(record));
      const { kept, decide } = keeping(contexts, (context): Response => {
        const call = { principal, action, resource, context, preparsedPolicySetId, entities: [] };
        const answer = statefulIsAuthorized(call);
        assert(answer.type === 'success', 'Cedar answers');
        return answer.response;
      });
      return {
        decide,
        allows: (place) => kept[place]?.decision === 'allow',
        failing: namesAll ? (place) => conditionsIn(kept[place]) : null,
      };
    },
  };
}

function contextOf({ channels, purposes, advertisers, ...others }: PersonRecord): Context {
  return {
    channels: [...channels],
    purposes: [...purposes],
    advertisers: [...advertisers],
    ...others,
  };
}

function conditionsIn(response: Response | undefined): readonly Condition[] {
  assert(response?.diagnostics.errors.length === 0, 'Cedar could evaluate every policy');
  return conditions.filter((condition) => response.diagnostics.reason.includes(condition));
}
