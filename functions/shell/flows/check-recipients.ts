import type { Freeze } from '../../../shared/breach/freeze.ts';
import {
  keyRecipient,
  type AudienceKeyring,
  type AudienceRow,
} from '../../../shared/campaign/audience.ts';
import { CampaignFields, type CheckSubmission } from '../../../shared/contract/campaigns.ts';
import type { Decision } from '../../../shared/contract/decisions.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { formatId, parseId } from '../../../shared/kernel/ids.ts';
import { MINUTE_MS, parseInstant, type EpochMs } from '../../../shared/kernel/instant.ts';
import { compareText } from '../../../shared/ledger/reach.ts';
import { decisionId } from '../../../shared/log/decision-id.ts';
import {
  NO_PAGE_KEY,
  pageKey,
  type DecisionPage,
  type PageHeader,
} from '../../../shared/log/decision-page.ts';
import { decisionView, explainFrom, unexplained } from '../../../shared/log/decision-view.ts';
import type { RecipientFacts, Ruling } from '../../../shared/policy/decide.ts';
import type { Actor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { Problem } from '../problem.ts';
import { campaignFactsText, keepFacts } from '../stores/campaign-store.ts';
import type { Controller } from '../stores/controller-store.ts';
import { freezeAmong, readFreezes } from '../stores/freeze-store.ts';
import { keepPage, runRow, type Run } from '../stores/decision-store.ts';
import { writePageRows } from '../stores/page-files.ts';
import { keepPolicy, policyInForce, readPolicy, type Policy } from '../stores/policy-store.ts';
import { sha256Hex } from '../../../shared/kernel/hash.ts';
import {
  currentFacts,
  factsOfLedger,
  gatherFacts,
  INVALID_ROW,
  occurredBy,
} from './gather-facts.ts';
import {
  controllerFor,
  establishmentOf,
  judgeAll,
  keyringOf,
  prepare,
  rejectAll,
  type Prepared,
} from './prepare.ts';

interface Checked {
  readonly row: AudienceRow;
  readonly key: string;
  readonly ruling: Ruling;
  readonly facts: RecipientFacts | null;
  readonly order: number;
}

/** Decides recipients for now, or in a dry run as of another instant; logged before answered. */
export async function checkRecipients(
  gate: Gate,
  call: { readonly actor: Actor; readonly requestId: string; readonly body: CheckSubmission },
): Promise<readonly Decision[]> {
  const { body } = call;
  const { recipients, mode = 'enforce', asOf, policy: revision, ...submitted } = body;
  const fields = CampaignFields.parse(submitted);
  const controller = await controllerFor(gate, call.actor, body.controller);
  const [policy, freeze] = await Promise.all([
    policyFor(gate, controller, revision ?? null),
    // Another instant is a question, and no answer to it is a release of contact.
    asOf == null ? freezeOfCheck(gate, fields, call.actor) : null,
  ]);
  const evaluatedAt = gate.clock.now();
  const instant = asOf == null ? evaluatedAt : (parseInstant(asOf) ?? evaluatedAt);
  const approval = freeze === null ? 'not_asked' : 'refused';
  const prepared = prepare(fields, establishmentOf(controller), policy, instant, approval);
  const keyring = keyringOf(gate, controller);
  const checked = await decide(gate, { fields, prepared, recipients, keyring, asOf: asOf != null });
  const run = runOf(call.requestId);
  const header: PageHeader = {
    controller: controller.id,
    campaignId: null,
    kind: 'check',
    mode,
    facts: sha256Hex(campaignFactsText(fields)),
    revision: policy.revision,
    keyVersion: controller.identifierKeyVersion,
    ...establishmentOf(controller),
    evaluatedAt,
    instant,
    notAfter: evaluatedAt + limits.checkValidityMinutes * MINUTE_MS,
    refs: mode === 'enforce',
    client: call.actor.subject,
    ...(freeze === null ? {} : ({ approval: 'refused', freeze: freeze.breachId } as const)),
  };
  const sorted = [...checked].sort((a, b) => compareText(a.key, b.key) || a.order - b.order);
  const page: DecisionPage = {
    header,
    entries: sorted.map(({ key, ruling }) => ({ key, ruling })),
  };
  const logged =
    mode === 'enforce' ? await logCheck(gate, { run, page, sorted, fields, controller }) : page;
  const places = new Map(sorted.map((each, place) => [each.order, place]));
  return checked.map((each) => {
    const place = places.get(each.order) ?? 0;
    return decisionView({
      id: decisionId({ run, page: 0, place }),
      ref: each.row.ref,
      ruling: logged.entries[place]?.ruling ?? each.ruling,
      header: logged.header,
      explain: each.facts === null ? unexplained : explainFrom(each.facts, prepared.evaluation),
    });
  });
}

/** The freeze that a check is under: of a processor that it names, or of who asks. */
async function freezeOfCheck(
  gate: Gate,
  { controller, processors }: CampaignFields,
  { subject: client }: Actor,
): Promise<Freeze | null> {
  return freezeAmong(await readFreezes(gate, controller), { campaignId: null, processors, client });
}

/** A run is named after the request that made it, so a retry finds what was logged. */
export function runOf(requestId: string): string {
  const bytes = parseId('req', requestId);
  if (bytes === null) throw new Error('invariant broken: a request has an identifier');
  return formatId('run', bytes);
}

/** The revision that is asked for, or the one in force; a problem where it is not kept. */
export async function policyFor(
  gate: Gate,
  controller: Controller,
  revision: string | null,
): Promise<Policy> {
  if (revision === null) return policyInForce(controller);
  const policy = await readPolicy(gate, revision);
  if (policy !== null) return policy;
  const error = { pointer: '/policy', code: 'unknown', message: 'is not a revision that is kept' };
  throw new Problem('invalid-input', 'there is no such policy revision', { errors: [error] });
}

async function decide(
  gate: Gate,
  check: {
    readonly fields: CampaignFields;
    readonly prepared: Prepared;
    readonly recipients: CheckSubmission['recipients'];
    readonly keyring: AudienceKeyring;
    readonly asOf: boolean;
  },
): Promise<readonly Checked[]> {
  const { fields, prepared, keyring } = check;
  const rows = check.recipients.map((recipient): AudienceRow => {
    const keyed = keyRecipient(recipient, fields.channel, keyring);
    return keyed.valid ? keyed.row : { ...INVALID_ROW, ref: recipient.ref ?? null };
  });
  const facts = prepared.rejected.length > 0 ? [] : await readAll(gate, check, rows);
  const rulings =
    prepared.rejected.length > 0 ? rejectAll(prepared, rows.length) : judgeAll(prepared, facts);
  return rulings.map((ruling, order) => {
    const row = rows[order] ?? INVALID_ROW;
    const name = row.contact ?? row.named[0]?.key;
    const key = name === undefined ? NO_PAGE_KEY : pageKey(name);
    return { row, key, ruling, facts: facts[order] ?? null, order };
  });
}

function readAll(
  gate: Gate,
  check: {
    readonly fields: CampaignFields;
    readonly prepared: Prepared;
    readonly asOf: boolean;
  },
  rows: readonly AudienceRow[],
): Promise<readonly RecipientFacts[]> {
  const { controller, channel } = check.fields;
  const instant: EpochMs = check.prepared.evaluation.instant;
  const read = check.asOf
    ? factsOfLedger(gate, controller, occurredBy(instant))
    : currentFacts(gate, controller);
  return gatherFacts(read, channel, rows);
}

/**
 * Everything that proves the answer is durable when this ends; what fails fails the check. A retry
 * of a request that was logged before gets what was logged.
 */
async function logCheck(
  gate: Gate,
  check: {
    readonly run: string;
    readonly page: DecisionPage;
    readonly sorted: readonly Checked[];
    readonly fields: CampaignFields;
    readonly controller: Controller;
  },
): Promise<DecisionPage> {
  const { run, page, sorted } = check;
  const listed: Run = {
    run,
    controller: page.header.controller,
    campaignId: null,
    evaluatedAt: page.header.evaluatedAt,
    firstKeys: [page.entries[0]?.key ?? NO_PAGE_KEY],
  };
  const row = runRow(listed, sorted.length === 1);
  const place = { run, page: 0 };
  const [kept] = await Promise.all([
    keepPage(gate, place, page),
    keepPolicy(gate, policyInForce(check.controller)),
    keepFacts(gate, check.fields),
    writePageRows(
      gate,
      place,
      sorted.map((each) => each.row),
    ),
    gate.tables.write({ kind: 'put-if-absent', table: 'decisions', row }),
  ]);
  return kept;
}
