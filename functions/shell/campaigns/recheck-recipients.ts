import { keyRecipient, type AudienceRow } from '../../../shared/campaign/audience.ts';
import type { Freeze } from '../../../shared/breach/freeze.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { Recheck, RecheckSubmission } from '../../../shared/contract/recalls.ts';
import { sha256Bytes } from '../../../shared/kernel/hash.ts';
import { formatId, idBytes, idInstant, parseId } from '../../../shared/kernel/ids.ts';
import { MINUTE_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { ContactKey } from '../../../shared/ledger/contact-key.ts';
import { compareText } from '../../../shared/ledger/reach.ts';
import { decisionId } from '../../../shared/log/decision-id.ts';
import {
  NO_PAGE_KEY,
  pageKey,
  type DecisionPage,
  type PageHeader,
} from '../../../shared/log/decision-page.ts';
import { decisionView, explainFrom, unexplained } from '../../../shared/log/decision-view.ts';
import { isAllowed, type RecipientFacts, type Ruling } from '../../../shared/policy/decide.ts';
import { type Actor } from '../actor.ts';
import { runOf } from '../flows/check-recipients.ts';
import { pageHeader } from '../flows/evaluate-campaign.ts';
import { currentFacts, gatherFacts, INVALID_ROW } from '../flows/gather-facts.ts';
import {
  establishmentOf,
  judgeAll,
  keyringOf,
  prepare,
  rejectAll,
  type Prepared,
} from '../flows/prepare.ts';
import type { Gate } from '../gate.ts';
import { Problem } from '../problem.ts';
import { approvalOf, type StoredCampaign } from '../stores/campaign-store.ts';
import { readController, type Controller } from '../stores/controller-store.ts';
import { readPage } from '../stores/decision-store.ts';
import { readStates } from '../stores/ledger-store.ts';
import { keepPolicy, policyInForce, type Policy } from '../stores/policy-store.ts';
import { readRecalled } from '../stores/recall-store.ts';
import { freezeOn } from './hold-frozen.ts';
import { logDecisions } from './log-decisions.ts';
import { allowedAmong, openDecided } from './recall-recipients.ts';
import { stateAt, validUntil } from './validity.ts';
import { ownCampaign } from '../flows/own-campaign.ts';

/*
 * A recheck is a check of now, under the fields of a campaign and what its review said, and under
 * the policy of now. It may only take away: whom the campaign has not cleared, or has recalled, no
 * officer has seen and no count has. The rules are asked about them all the same; where these would
 * allow them, they are denied because the campaign is not approved for them, on a page of the log
 * that says so and is replayed like any other. While a breach case freezes the campaign, everybody
 * is denied so, and the page names the case.
 */

interface RecheckCall {
  readonly actor: Actor;
  readonly requestId: string;
  readonly id: string;
  readonly body: RecheckSubmission;
}

interface Rechecked {
  readonly order: number;
  readonly row: AudienceRow;
  /** As on the page. */
  readonly key: string;
  readonly facts: RecipientFacts | null;
  readonly ruling: Ruling;
  readonly cleared: boolean;
}

/** What all recipients of a recheck share. */
interface Now {
  readonly campaign: StoredCampaign;
  readonly controller: Controller;
  readonly policy: Policy;
  readonly at: EpochMs;
  /** Under which the campaign is. */
  readonly freeze: Freeze | null;
}

/** Allow or deny now, for the moment of dispatch; logged before answered, in the order sent. */
export async function recheckRecipients(
  gate: Gate,
  call: RecheckCall,
): Promise<readonly Recheck[]> {
  const { campaign, freeze } = await clearedCampaign(gate, call);
  const controller = await readController(gate, campaign.fields.controller);
  if (controller === null) throw new Error('invariant broken: a campaign has a controller');
  const policy = policyInForce(controller);
  await keepPolicy(gate, policy);
  const now: Now = { campaign, controller, policy, at: gate.clock.now(), freeze };
  const prepared = preparedFor(now, freeze === null ? approvalOf(campaign) : 'refused');
  const rechecked = await decide(gate, now, prepared, call.body);
  const header = headerOf(now, call.actor);
  const run = runOf(call.requestId);
  const byRules = rechecked.filter(({ ruling, cleared }) => cleared || !isAllowed(ruling));
  const logged = await logPart(gate, run, header, byRules);
  // A request that is repeated finds on this page whoever was put there the first time.
  const onPage = new Set(logged?.entries.map(({ key }) => key));
  const ruled = rechecked.filter(({ key }) => onPage.has(key));
  const others = rechecked.filter(({ key }) => !onPage.has(key));
  const closed = preparedFor(now, 'refused');
  const rulings = rejectAll(closed, others.length);
  const refused = others.flatMap((each, index): Rechecked[] => {
    const ruling = rulings[index];
    return ruling === undefined ? [] : [{ ...each, ruling, facts: null, cleared: false }];
  });
  const refusedRun = runBeside(run);
  const page = await logPart(gate, refusedRun, { ...header, approval: 'refused' }, refused);
  return [...viewsOf(run, logged, ruled, prepared), ...viewsOf(refusedRun, page, refused, closed)]
    .sort((a, b) => a.order - b.order)
    .map(({ view }) => view);
}

/** One that was cleared and that a freeze holds is rechecked as well: everybody is denied. */
async function clearedCampaign(
  gate: Gate,
  call: RecheckCall,
): Promise<{ readonly campaign: StoredCampaign; readonly freeze: Freeze | null }> {
  const stored = await ownCampaign(gate, call.actor, call.id);
  const campaign = stored.value;
  const state = stateAt(campaign, gate.clock.now());
  const wasCleared = state === 'cleared' || (state === 'held' && campaign.clearance !== null);
  const freeze = wasCleared ? await freezeOn(gate, campaign) : null;
  if (state === 'cleared' || freeze !== null) return { campaign, freeze };
  throw new Problem('state-conflict', `the campaign is \`${state}\`, and not \`cleared\``);
}

function preparedFor(
  { campaign, controller, policy, at }: Now,
  approval: Parameters<typeof prepare>[4],
): Prepared {
  return prepare(campaign.fields, establishmentOf(controller), policy, at, approval);
}

function headerOf({ campaign, controller, policy, at, freeze }: Now, actor: Actor): PageHeader {
  const { audience: _, ...own } = pageHeader(campaign);
  return {
    ...own,
    ...establishmentOf(controller),
    kind: 'check',
    revision: policy.revision,
    evaluatedAt: at,
    instant: at,
    notAfter: Math.min(at + limits.checkValidityMinutes * MINUTE_MS, validUntil(campaign)),
    client: actor.subject,
    ...(freeze === null ? {} : ({ approval: 'refused', freeze: freeze.breachId } as const)),
  };
}

/** By the rules, sorted as the log has them; and whether the campaign covers them. */
async function decide(
  gate: Gate,
  { campaign, controller, freeze }: Now,
  prepared: Prepared,
  { recipients }: RecheckSubmission,
): Promise<readonly Rechecked[]> {
  const { channel } = campaign.fields;
  const keyring = keyringOf(gate, controller);
  const rows = recipients.map((recipient): AudienceRow => {
    const keyed = keyRecipient(recipient, channel, keyring);
    return keyed.valid ? keyed.row : { ...INVALID_ROW, ref: recipient.ref ?? null };
  });
  const isRejected = prepared.rejected.length > 0;
  const read = currentFacts(gate, controller.id);
  const facts = isRejected ? [] : await gatherFacts(read, channel, rows);
  const rulings = isRejected ? rejectAll(prepared, rows.length) : judgeAll(prepared, facts);
  const cleared = freeze === null ? await clearedRows(gate, campaign, rows) : new Set();
  return rulings
    .flatMap((ruling, order): Rechecked[] => {
      const row = rows[order];
      if (row === undefined) return [];
      const name = row.contact ?? row.named[0]?.key;
      const key = name === undefined ? NO_PAGE_KEY : pageKey(name);
      const own = { order, row, key, ruling, cleared: cleared.has(row) };
      return [{ ...own, facts: facts[order] ?? null }];
    })
    .sort((a, b) => compareText(a.key, b.key) || a.order - b.order);
}

/**
 * The rows of recipients whom the campaign allows under one of their names and recalls under none:
 * who was uploaded with an address may be named here by an id alone.
 */
async function clearedRows(
  gate: Gate,
  campaign: StoredCampaign,
  rows: readonly AudienceRow[],
): Promise<ReadonlySet<AudienceRow>> {
  const namesOf = ({ contact, named }: AudienceRow): readonly ContactKey[] => [
    ...(contact === null ? [] : [contact]),
    ...named.map(({ key }) => key),
  ];
  const states = await readStates(gate, campaign.fields.controller, rows.flatMap(namesOf));
  const keysOf = (row: AudienceRow) =>
    namesOf(row).flatMap((key) => [
      key,
      ...(states.get(key)?.state.links ?? []).map((link) => link.key),
    ]);
  const decided = await openDecided(gate, campaign);
  const allowed = new Set(
    (await allowedAmong(gate, decided, rows.flatMap(keysOf))).map(({ key }) => key),
  );
  const recalled = await readRecalled(gate, campaign.id, [...allowed]);
  return new Set(
    rows.filter((row) => {
      const keys = keysOf(row).map(pageKey);
      return keys.some((key) => allowed.has(key)) && !keys.some((key) => recalled.has(key));
    }),
  );
}

/** Null where nobody belongs on the page, and nobody did before. */
async function logPart(
  gate: Gate,
  run: string,
  header: PageHeader,
  part: readonly Rechecked[],
): Promise<DecisionPage | null> {
  if (part.length === 0) return readPage(gate, { run, page: 0 });
  return logDecisions(gate, run, header, part);
}

/** The run of those whom the campaign does not cover, named after the first one. */
function runBeside(run: string): string {
  const bytes = parseId('run', run);
  if (bytes === null) throw new Error('invariant broken: a run has an identifier');
  return formatId('run', idBytes(idInstant(bytes), sha256Bytes(`not covered\n${run}`)));
}

function viewsOf(
  run: string,
  page: DecisionPage | null,
  part: readonly Rechecked[],
  prepared: Prepared,
): readonly { readonly order: number; readonly view: Recheck }[] {
  if (page === null) return [];
  return part.map(({ order, row, ruling, facts, cleared }, place) => {
    const decision = decisionView({
      id: decisionId({ run, page: 0, place }),
      ref: row.ref,
      ruling: page.entries[place]?.ruling ?? ruling,
      header: page.header,
      explain: facts === null ? unexplained : explainFrom(facts, prepared.evaluation),
    });
    return { order, view: { ...decision, cleared } };
  });
}
