import type { AudienceRow } from '../../../shared/campaign/audience.ts';
import type { Decision, DecisionDetail } from '../../../shared/contract/decisions.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import { MINUTE_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import { contactKeyOf } from '../../../shared/ledger/contact-key.ts';
import { isErasedSince } from '../../../shared/ledger/erasure.ts';
import type { LedgerEvent } from '../../../shared/ledger/ledger-event.ts';
import { decisionId, type DecisionPlace } from '../../../shared/log/decision-id.ts';
import type { DecisionPage, PageHeader } from '../../../shared/log/decision-page.ts';
import {
  decisionView,
  explainFrom,
  unexplained,
  type Explain,
} from '../../../shared/log/decision-view.ts';
import { judgeRecipient, type RecipientFacts, type Ruling } from '../../../shared/policy/decide.ts';
import { rulebook } from '../../../shared/policy/rulebook.ts';
import { mayActFor, type Actor } from '../actor.ts';
import { rowsOfPage } from '../campaigns/page-rows.ts';
import type { Gate } from '../gate.ts';
import { notFound } from '../problem.ts';
import { readFacts } from '../stores/campaign-store.ts';
import { readPage } from '../stores/decision-store.ts';
import { readPageRows } from '../stores/page-files.ts';
import { readPolicy } from '../stores/policy-store.ts';
import { factsOfLedger, gatherFacts, recordedBy } from './gather-facts.ts';
import { prepare, type Prepared } from './prepare.ts';

/** One logged decision with what belongs to it. */
export interface Logged {
  readonly place: DecisionPlace;
  readonly header: PageHeader;
  readonly key: string;
  readonly ruling: Ruling;
  /** Null once the page's file was deleted. */
  readonly row: AudienceRow | null;
}

/** A page of the log with its recipients; a run that was evaluated again has those of another. */
export async function readLogged(
  gate: Gate,
  place: { readonly run: string; readonly page: number },
): Promise<{ readonly page: DecisionPage; readonly rows: readonly AudienceRow[] | null } | null> {
  const page = await readPage(gate, place);
  if (page === null) return null;
  const { kind, audience } = page.header;
  if (kind !== 'campaign') return { page, rows: await readPageRows(gate, place) };
  return { page, rows: await rowsOfPage(gate, { ...place, run: audience ?? place.run }) };
}

export function loggedAt(
  place: DecisionPlace,
  page: DecisionPage,
  rows: readonly AudienceRow[] | null,
): Logged | null {
  const entry = page.entries[place.place];
  if (entry === undefined) return null;
  return { place, header: page.header, ...entry, row: rows?.[place.place] ?? null };
}

/** The decision at a place; a problem where the token sees none there. */
export async function loggedDecision(
  gate: Gate,
  actor: Actor,
  place: DecisionPlace | null,
): Promise<Logged> {
  const read = place === null ? null : await readLogged(gate, place);
  const logged = place === null || read === null ? null : loggedAt(place, read.page, read.rows);
  if (logged === null || !mayActFor(actor, logged.header.controller)) {
    throw notFound('decision of that id');
  }
  return logged;
}

export type Origin = DecisionDetail['explanation'];

/** The decision for its readers: `since` and `evidence` are derived again from the ledger. */
export async function explainDecision(
  gate: Gate,
  logged: Logged,
  prepareAgain: PrepareAgain = preparingOnce(gate),
): Promise<{ readonly decision: Decision; readonly origin: Origin }> {
  const { explain, origin } = await deriveExplanation(gate, logged, prepareAgain);
  const decision = decisionView({
    id: decisionId(logged.place),
    ref: logged.row?.ref ?? null,
    ruling: logged.ruling,
    header: logged.header,
    explain,
  });
  return { decision, origin };
}

async function deriveExplanation(
  gate: Gate,
  logged: Logged,
  prepareAgain: PrepareAgain,
): Promise<{ readonly explain: Explain; readonly origin: Origin }> {
  const onCampaign = logged.ruling.findings.some(
    ({ rule }) => rulebook[rule]?.group === 'admissibility',
  );
  if (onCampaign) return { explain: unexplained, origin: 'campaign' };
  const prepared = await prepareAgain(logged.header);
  if (prepared === null) return { explain: unexplained, origin: 'erased' };
  const row = logged.row ?? (await rowByKey(gate, logged.header.controller, logged.key));
  const match = row === null ? null : (await deriveAgain(gate, logged, row, prepared)).match;
  if (match === null) return { explain: unexplained, origin: 'erased' };
  return { explain: explainFrom(match.facts, prepared.evaluation), origin: 'derived' };
}

/** What was recorded so shortly around a decision may have been read by it, or not yet. */
const RACE_MS = MINUTE_MS;
/** Instants that are tried at most: whom more than this was written about at once is told less. */
const RACE_INSTANTS_MAX = 40;

/** What follows from the events of a recipient that were recorded by some instant. */
export interface Derivation {
  readonly facts: RecipientFacts;
  readonly ruling: Ruling;
  readonly recordedBy: EpochMs;
}

export interface Derivations {
  /** By the instant of the decision. */
  readonly plain: Derivation;
  /** The one that comes out as it was logged; null when there is none. */
  readonly match: Derivation | null;
  /** Facts of then may be gone since. */
  readonly erased: boolean;
}

/**
 * Judges a recipient again, by the events recorded by the instant of the decision, or, where others
 * wrote at the same time, by the instant near it at which the ruling comes out as it was logged.
 */
export async function deriveAgain(
  gate: Gate,
  { header, ruling: logged }: Logged,
  row: AudienceRow,
  prepared: Prepared,
): Promise<Derivations> {
  const { controller, evaluatedAt } = header;
  const { evaluation } = prepared;
  const seen = new Map<string, LedgerEvent>();
  const deriveBy = async (instant: EpochMs): Promise<Derivation> => {
    const counts = recordedBy(instant);
    const read = factsOfLedger(gate, controller, (event) => {
      seen.set(event.id, event);
      return counts(event);
    });
    const [facts] = await gatherFacts(read, evaluation.campaign.channel, [row]);
    assert(facts !== undefined, 'a row has facts');
    return { facts, ruling: judgeRecipient(facts, evaluation), recordedBy: instant };
  };
  const isLogged = ({ ruling }: Derivation) => JSON.stringify(ruling) === JSON.stringify(logged);
  const plain = await deriveBy(evaluatedAt);
  const erased = isErasedSince([...seen.values()], evaluatedAt);
  if (isLogged(plain)) return { plain, match: plain, erased };
  const near = [...seen.values()]
    .map((event) => event.recordedAt)
    .filter((at) => Math.abs(at - evaluatedAt) <= RACE_MS);
  const instants = [...new Set(near)].flatMap((at) => [at - 1, at]).sort((x, y) => x - y);
  for (const instant of instants.slice(0, RACE_INSTANTS_MAX)) {
    const raced = await deriveBy(instant);
    if (isLogged(raced)) return { plain, match: raced, erased };
  }
  return { plain, match: null, erased };
}

/** The evaluation that a page was decided in, made again; null when its parts are gone. */
export type PrepareAgain = (header: PageHeader) => Promise<Prepared | null>;

/** Decisions of one page share their evaluation, and reading a policy costs far more than one. */
export function preparingOnce(gate: Gate): PrepareAgain {
  const known = new Map<string, Promise<Prepared | null>>();
  return (header) => {
    const { facts, revision, instant, country, timeZone, approval } = header;
    const name = JSON.stringify([facts, revision, instant, country, timeZone, approval]);
    const prepared = known.get(name) ?? readPrepared(gate, header);
    known.set(name, prepared);
    return prepared;
  };
}

async function readPrepared(gate: Gate, header: PageHeader): Promise<Prepared | null> {
  const [campaign, policy] = await Promise.all([
    readFacts(gate, header.facts),
    readPolicy(gate, header.revision),
  ]);
  if (campaign === null || policy === null) return null;
  return prepare(campaign, header, policy, header.instant, header.approval);
}

/** A page keeps 64 bits of a key; the contact point that begins with them is the one. */
export async function rowByKey(
  gate: Gate,
  controller: string,
  key: string,
): Promise<AudienceRow | null> {
  const { rows } = await gate.tables.range({
    table: 'contact-points',
    pk: `${controller}/${key.slice(0, 3)}`,
    from: key.slice(3),
    to: `${key.slice(3)}~`,
    limit: 2,
  });
  const [row] = rows;
  if (row === undefined || rows.length > 1) return null;
  return { contact: contactKeyOf(row), named: [], domains: [], ref: null };
}

/**
 * Every rule with its verdict, passes included. Of a rule that the policy of the decision did not
 * have yet there is nothing to say; without that policy (null) all rules are said.
 */
export function verdictsOf(
  ruling: Ruling,
  policy: ReadonlySet<string> | null,
): DecisionDetail['verdicts'] {
  const findings = new Map(ruling.findings.map(({ rule, verdict }) => [rule, verdict]));
  const rejected = ruling.findings.some(({ rule }) => rulebook[rule]?.group === 'admissibility');
  return rulebook.flatMap((rule, place) => {
    if (rejected && rule.group !== 'admissibility') return [];
    const verdict = findings.get(place);
    if (policy?.has(rule.id) === false) return [];
    return [
      {
        rule: rule.id,
        authority: rule.authority,
        obligation: { ...rule.obligation },
        verdict: verdict?.outcome ?? ('pass' as const),
        codes: [...(verdict?.codes ?? [])],
      },
    ];
  });
}
