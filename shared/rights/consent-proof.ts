import type { CampaignFields } from '../contract/campaigns.ts';
import { denyCodes, type DenyCode } from '../contract/reason-codes.ts';
import type { ConsentProof, ProofReason } from '../contract/subject-rights.ts';
import type { Channel } from '../contract/vocabulary.ts';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import type { Language } from '../kernel/document.ts';
import { sha256Hex } from '../kernel/hash.ts';
import { formatInstant, type EpochMs } from '../kernel/instant.ts';
import type { ContactPointName } from '../ledger/contact-key.ts';
import type { ConsentState } from '../ledger/contact-point-state.ts';
import { consentFailureCodes, failureBit } from '../policy/consent.ts';
import { recipientCase, type RecipientFacts } from '../policy/decide.ts';
import { prepareEvaluation, type Evaluation } from '../policy/evaluation.ts';
import type { Jurisdiction } from '../policy/jurisdiction.ts';
import { recipientRules, rulebook } from '../policy/rulebook.ts';
import { recordedConsents, type RecordedConsent } from './consent-record.ts';
import { proofTexts, reportTexts } from './report-texts.ts';
import { recordTerms, type KnownPerson } from './subject-report.ts';

/** What a proof is asked about, and all that it needs of the stores. */
export interface ProofQuestion {
  readonly person: Pick<KnownPerson, 'controller' | 'given' | 'conflict' | 'events'>;
  readonly channel: Channel;
  readonly purpose: string;
  readonly now: EpochMs;
  readonly language: Language;
  /** The contact point that the channel uses, as the rules see it now. */
  readonly facts: RecipientFacts;
  readonly policy: {
    readonly revision: string;
    readonly jurisdictions: readonly Jurisdiction[];
    readonly similarity: Readonly<Record<string, readonly string[]>>;
  };
  /** Null where the channel's contact point is not known. */
  readonly contact: ContactPointName | null;
}

type Verdict = ConsentProof['verdict'];

/**
 * The proof record of one person for one channel and purpose (Art. 7(1) GDPR; § 7a UWG; RULES
 * DOI-6, DOI-7): who declared what, when, how and to which wording, what became of it since, and
 * whether it carries now. Each consent is judged within the scope that it names itself: by its own
 * advertiser, sector and platform.
 */
export function consentProof(question: ProofQuestion): ConsentProof {
  const { person, channel, purpose, now, language, policy } = question;
  const { controller, events, given, conflict } = person;
  const terms = recordTerms(controller, events, { now, language });
  const covering = recordedConsents(events, terms).filter(
    ({ record }) => record.channels.includes(channel) && record.purposes.includes(purpose),
  );
  const judged = covering.map((recorded) => ({ recorded, verdict: verdictOn(recorded, question) }));
  const verdict = overall(
    judged.map((each) => each.verdict),
    question,
  );
  const mentioned = [verdict, ...judged.map((each) => each.verdict)].flatMap(({ reasons }) =>
    reasons.flatMap(({ event }) => event ?? []),
  );
  const proof = {
    generatedAt: formatInstant(now),
    language,
    controller: {
      ...{ id: controller.id, name: controller.name },
      ...{ country: controller.country, region: controller.region },
    },
    ...{ channel, purpose },
    person: { given: given.map((name) => ({ ...name })), contact: question.contact },
    identityCheck: conflict ? reportTexts.identityCheck[language] : null,
    verdict,
    consents: judged.map((each) => ({ ...each.recorded.record, verdict: each.verdict })),
    policy: policy.revision,
    events: [...new Set([...covering.flatMap((each) => each.events), ...mentioned])].sort(),
  };
  return { ...proof, sha256: proofHash(proof) };
}

/** The hash that a proof record carries: of its canonical JSON without the hash itself. */
export function proofHash(proof: Omit<ConsentProof, 'sha256'>): string {
  const plain: Json = JSON.parse(JSON.stringify({ ...proof, sha256: undefined }));
  return sha256Hex(canonicalJson(plain));
}

/** The newest consent that carries; without one, what is wrong with the newest that is there. */
function overall(verdicts: readonly Verdict[], question: ProofQuestion): Verdict {
  const { language } = question;
  const valid = verdicts.find((verdict) => verdict.valid);
  if (valid !== undefined) return valid;
  const found = verdicts.find(({ reasons }) => reasons.length > 0);
  if (found !== undefined) return found;
  const missing = reasonOf('D_CONSENT_MISSING', language, { since: null, event: null });
  const evaluation = evaluationOf(question, null);
  return invalid([missing, ...refusalsOf(question, evaluation, [])], language);
}

function invalid(reasons: ProofReason[], language: Language): Verdict {
  return { valid: false, text: proofTexts.invalid[language], reasons };
}

function verdictOn({ record, event }: RecordedConsent, question: ProofQuestion): Verdict {
  const { facts, language } = question;
  const { state } = record;
  const consent = facts.state.consents.find((each) => each.event === event);
  if (consent === undefined) {
    // Replaced or erased it is no consent any more; else it was given for another contact point.
    const reached = state === 'REPLACED' || state === 'ERASED';
    const missing = reasonOf('D_CONSENT_MISSING', language, { since: null, event: null });
    return reached
      ? { valid: false, text: record.text, reasons: [] }
      : invalid([missing], language);
  }
  const evaluation = evaluationOf(question, consent);
  const alone = { ...facts, state: { ...facts.state, consents: [consent] } };
  const { failed } = recipientCase(alone, evaluation).permission.consent;
  const last = record.refusals.at(-1);
  const flaws = consentFailureCodes
    .filter((code) => (failed & failureBit(code)) !== 0)
    .map((code) => {
      const own = { since: formatInstant(consent.at), event: consent.event };
      const withdrawn = last === undefined ? own : { since: last.at, event: last.event };
      return reasonOf(code, language, code === 'D_CONSENT_WITHDRAWN' ? withdrawn : own);
    });
  const reasons = [...flaws, ...refusalsOf(question, evaluation, [consent])];
  return reasons.length === 0
    ? { valid: true, text: proofTexts.valid[language], reasons: [] }
    : invalid(reasons, language);
}

/** Rules about the delivery and the registers are not about what the person has declared. */
const besides: ReadonlySet<string> = new Set([
  'consent-withdrawn',
  'undeliverable',
  'external-register',
  'register-current',
]);
const refusalRules = recipientRules.filter(
  ({ id, group }) => group === 'refusal' && !besides.has(id),
);

/** What stands against advertising, whatever was consented to. */
function refusalsOf(
  { facts, person, language }: ProofQuestion,
  evaluation: Evaluation,
  consents: readonly ConsentState[],
): ProofReason[] {
  const recipient = recipientCase({ ...facts, state: { ...facts.state, consents } }, evaluation);
  return refusalRules.flatMap((rule) => {
    const verdict = rule.evaluate(recipient, evaluation);
    if (verdict.outcome === 'pass') return [];
    return verdict.codes.map((code) => {
      const { since, evidence } = { ...NOTHING, ...rule.explain?.(recipient, evaluation, code) };
      // Of two people nobody knows who refused: that it counts is said, and no more.
      if (person.conflict) return reasonOf(code, language, { since: null, event: null });
      const at = since === null ? null : formatInstant(since);
      return reasonOf(code, language, { since: at, event: evidence });
    });
  });
}

const NOTHING = { since: null, evidence: null };

function reasonOf(
  code: DenyCode,
  language: Language,
  shown: { readonly since: string | null; readonly event: string | null },
): ProofReason {
  const rule = rulebook.find(({ codes }) => codes.includes(code));
  return { code, text: denyCodes[code].text[language], law: rule?.authority ?? '', ...shown };
}

/** An advertisement within the scope of the consent, now. */
function evaluationOf(question: ProofQuestion, consent: ConsentState | null): Evaluation {
  const { person, channel, purpose, now, policy } = question;
  const { id, country, timeZone, parameters } = person.controller;
  const instant = formatInstant(now);
  const campaign: CampaignFields = {
    ...{ reference: '-', controller: id, advertiserKind: 'commercial', content: 'advertising' },
    ...{ channel, purpose },
    advertiser: consent?.advertisers?.[0] ?? id,
    productCategory: consent?.sectors?.[0] ?? 'unspecified',
    platform: consent?.platforms?.[0] ?? null,
    message: {
      ...{ senderIdentified: true, imprint: true, optOutNotice: true },
      ...{ oneClickUnsubscribe: true, art14Notice: true, callerIdShown: true },
    },
    profiling: {
      ...{ level: 'P0', attributes: [] },
      ...{ specialCategories: false, significantEffect: false, political: false },
    },
    processors: [],
    assessments: { liaRef: null, dpiaRef: null },
    schedule: { sendFrom: instant, sendUntil: instant },
  };
  return prepareEvaluation({
    campaign,
    controller: { country, timeZone, similarity: policy.similarity },
    ...{ parameters, instant: now, jurisdictions: policy.jurisdictions },
  });
}
