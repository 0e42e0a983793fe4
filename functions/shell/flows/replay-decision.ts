import type { Replay } from '../../../shared/contract/decisions.ts';
import { formatInstant } from '../../../shared/kernel/instant.ts';
import { decisionId } from '../../../shared/log/decision-id.ts';
import { NO_PAGE_KEY } from '../../../shared/log/decision-page.ts';
import { decisionView, explainFrom, unexplained } from '../../../shared/log/decision-view.ts';
import {
  codesOf,
  isAllowed,
  recipientCase,
  rulingOfRejected,
  type Ruling,
} from '../../../shared/policy/decide.ts';
import { rulebook } from '../../../shared/policy/rulebook.ts';
import type { Gate } from '../gate.ts';
import { readPolicy } from '../stores/policy-store.ts';
import {
  deriveAgain,
  preparingOnce,
  rowByKey,
  type Derivation,
  type Logged,
} from './explain-decision.ts';
import { INVALID_ROW } from './gather-facts.ts';
import type { Prepared } from './prepare.ts';

/**
 * Decides again, from the events recorded by the instant of the decision and under its policy. It
 * says that the outcome is the same, or in what it differs; and where the facts of then are not all
 * there any more, that it cannot be said.
 */
export async function replayDecision(gate: Gate, logged: Logged): Promise<Replay> {
  const prepared = await preparingOnce(gate)(logged.header);
  if (prepared === null) return unknown(logged, 'policy_missing');
  if (prepared.rejected.length > 0) {
    const ruling = rulingOfRejected(prepared.rejected, prepared.evaluation);
    return compared(logged, await asOfItsRulebook(gate, logged, ruling, null), null);
  }
  const row = logged.row ?? (await rowOfKey(gate, logged));
  if (row === null) return unknown(logged, 'audience_deleted');
  const { plain, match, erased } = await deriveAgain(gate, logged, row, prepared);
  if (erased) return unknown(logged, 'facts_erased');
  const found = match ?? plain;
  const again = { ...found, prepared };
  const ruling = await asOfItsRulebook(gate, logged, found.ruling, again);
  const replay = compared(logged, ruling, again);
  // What else the caller named is gone with the file, and may have made the difference.
  const isWhole = logged.row !== null || replay.identical === true;
  return isWhole ? replay : unknown(logged, 'audience_deleted');
}

type Again = Derivation & { readonly prepared: Prepared };

async function rowOfKey(gate: Gate, { header, key }: Logged) {
  if (key === NO_PAGE_KEY) return INVALID_ROW;
  return rowByKey(gate, header.controller, key);
}

/** Rules that came later said nothing then; that they say something now is no difference. */
async function asOfItsRulebook(
  gate: Gate,
  { header }: Logged,
  ruling: Ruling,
  again: Again | null,
): Promise<Ruling> {
  const policy = await readPolicy(gate, header.revision);
  const known = new Set(policy?.view.document.rulebook.map(({ id }) => id));
  const findings = ruling.findings.filter(({ rule }) => known.has(rulebook[rule]?.id ?? ''));
  if (findings.length === ruling.findings.length) return ruling;
  if (findings.length > 0 || again === null) return { ...ruling, findings };
  const { permission } = recipientCase(again.facts, again.prepared.evaluation);
  return { ...ruling, findings, basis: permission.basis };
}

function compared(logged: Logged, ruling: Ruling, again: Again | null): Replay {
  const differences = differencesOf(logged.ruling, ruling);
  const explain =
    again === null ? unexplained : explainFrom(again.facts, again.prepared.evaluation);
  return {
    identical: differences.length === 0,
    decision: viewOf({ ...logged, ruling }, explain),
    ...(differences.length === 0 ? {} : { differences }),
    recordedBy: formatInstant(again?.recordedBy ?? logged.header.evaluatedAt),
    unknown: null,
  };
}

function unknown(logged: Logged, why: NonNullable<Replay['unknown']>['why']): Replay {
  return {
    identical: null,
    decision: viewOf(logged, unexplained),
    recordedBy: null,
    unknown: { why, text: { ...unknownTexts[why] } },
  };
}

const unknownTexts = {
  facts_erased: {
    de: 'Tatsachen, die der Entscheidung zugrunde lagen, sind seither gelöscht worden',
    en: 'facts that the decision was made of have been erased since',
  },
  audience_deleted: {
    de: 'Die Empfängerdatei ist nach ihrer Frist gelöscht, und mit ihr, was der Aufrufer nannte',
    en: 'the audience file was deleted after its time, and with it what the caller had named',
  },
  policy_missing: {
    de: 'Die Regelfassung oder die Angaben der Kampagne sind nicht mehr gespeichert',
    en: 'the policy or what the campaign said of itself is not stored any more',
  },
} as const;

function viewOf(logged: Logged, explain: Parameters<typeof decisionView>[0]['explain']) {
  const { place, row, ruling, header } = logged;
  return decisionView({ id: decisionId(place), ref: row?.ref ?? null, ruling, header, explain });
}

function differencesOf(logged: Ruling, replayed: Ruling): NonNullable<Replay['differences']> {
  const outcome = (ruling: Ruling) => (isAllowed(ruling) ? 'allow' : 'deny');
  const reasons = (ruling: Ruling) =>
    codesOf(ruling).map(({ rule, code }) => `${rulebook[rule]?.id ?? 'unknown'}: ${code}`);
  const fields = [
    { field: 'outcome', logged: [outcome(logged)], replayed: [outcome(replayed)] },
    { field: 'basis', logged: [logged.basis ?? ''], replayed: [replayed.basis ?? ''] },
    { field: 'reasons', logged: reasons(logged), replayed: reasons(replayed) },
    {
      field: 'jurisdictions',
      logged: [...logged.jurisdictions],
      replayed: [...replayed.jurisdictions],
    },
  ] as const;
  return fields
    .filter((each) => JSON.stringify(each.logged) !== JSON.stringify(each.replayed))
    .map((each) => ({ ...each, logged: [...each.logged], replayed: [...each.replayed] }));
}
