import type { AudienceRow } from '../../../shared/campaign/audience.ts';
import type { Decision, DecisionDetail } from '../../../shared/contract/decisions.ts';
import { contactKeyOf } from '../../../shared/ledger/contact-key.ts';
import { decisionId, type DecisionPlace } from '../../../shared/log/decision-id.ts';
import type { DecisionPage, PageHeader } from '../../../shared/log/decision-page.ts';
import {
  decisionView,
  explainFrom,
  unexplained,
  type Explain,
} from '../../../shared/log/decision-view.ts';
import { judgeRecipient, type Ruling } from '../../../shared/policy/decide.ts';
import { rulebook } from '../../../shared/policy/rulebook.ts';
import type { Gate } from '../gate.ts';
import { readFacts } from '../stores/campaign-store.ts';
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

export function loggedAt(
  place: DecisionPlace,
  page: DecisionPage,
  rows: readonly AudienceRow[] | null,
): Logged | null {
  const entry = page.entries[place.place];
  if (entry === undefined) return null;
  return { place, header: page.header, ...entry, row: rows?.[place.place] ?? null };
}

export type Origin = DecisionDetail['explanation'];

/** The decision for its readers: `since` and `evidence` are derived again from the ledger. */
export async function explainDecision(
  gate: Gate,
  logged: Logged,
): Promise<{ readonly decision: Decision; readonly origin: Origin }> {
  const { explain, origin } = await deriveExplanation(gate, logged);
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
): Promise<{ readonly explain: Explain; readonly origin: Origin }> {
  const onCampaign = logged.ruling.findings.some(
    ({ rule }) => rulebook[rule]?.group === 'admissibility',
  );
  if (onCampaign) return { explain: unexplained, origin: 'campaign' };
  const prepared = await preparedAgain(gate, logged.header);
  if (prepared === null) return { explain: unexplained, origin: 'erased' };
  const { controller, evaluatedAt } = logged.header;
  const { channel } = prepared.evaluation.campaign;
  const row = logged.row ?? (await rowByKey(gate, controller, logged.key));
  const read = factsOfLedger(gate, controller, recordedBy(evaluatedAt));
  const [facts] = row === null ? [] : await gatherFacts(read, channel, [row]);
  if (facts === undefined) return { explain: unexplained, origin: 'erased' };
  const again = judgeRecipient(facts, prepared.evaluation);
  if (JSON.stringify(again) !== JSON.stringify(logged.ruling)) {
    return { explain: unexplained, origin: 'erased' };
  }
  return { explain: explainFrom(facts, prepared.evaluation), origin: 'derived' };
}

async function preparedAgain(gate: Gate, header: PageHeader): Promise<Prepared | null> {
  const [campaign, policy] = await Promise.all([
    readFacts(gate, header.facts),
    readPolicy(gate, header.revision),
  ]);
  if (campaign === null || policy === null) return null;
  return prepare(campaign, header, policy, header.instant);
}

/** A page keeps 64 bits of a key; the contact point that begins with them is the one. */
async function rowByKey(gate: Gate, controller: string, key: string): Promise<AudienceRow | null> {
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

/** Every rule with its verdict, passes included. */
export function verdictsOf(ruling: Ruling): DecisionDetail['verdicts'] {
  const findings = new Map(ruling.findings.map(({ rule, verdict }) => [rule, verdict]));
  const rejected = ruling.findings.some(({ rule }) => rulebook[rule]?.group === 'admissibility');
  return rulebook.flatMap((rule, place) => {
    if (rejected && rule.group !== 'admissibility') return [];
    const verdict = findings.get(place);
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
