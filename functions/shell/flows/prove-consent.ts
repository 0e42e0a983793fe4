import { keyRecipient, type AudienceRow } from '../../../shared/campaign/audience.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type {
  ConsentProof,
  ConsentProofSubmission,
} from '../../../shared/contract/subject-rights.ts';
import { channelContacts } from '../../../shared/contract/vocabulary.ts';
import type { ContactPointName } from '../../../shared/ledger/contact-key.ts';
import type { RecipientFacts } from '../../../shared/policy/decide.ts';
import { consentProof } from '../../../shared/rights/consent-proof.ts';
import { proofDocument } from '../../../shared/rights/proof-document.ts';
import type { Gate } from '../gate.ts';
import type { Answer } from '../http.ts';
import { inParallel } from '../ports/in-parallel.ts';
import { notFound, Problem } from '../problem.ts';
import { recordAudit, type AuditedCall } from '../stores/audit-store.ts';
import type { Controller } from '../stores/controller-store.ts';
import { policyInForce } from '../stores/policy-store.ts';
import { currentFacts, gatherFacts, INVALID_ROW } from './gather-facts.ts';
import {
  controllersOf,
  reportingController,
  storedPerson,
  type StoredPerson,
} from './known-person.ts';
import { keyringOf } from './prepare.ts';
import { jsonAnswer, pdfAnswer } from './report-subject.ts';

interface ProofCall extends AuditedCall {
  readonly body: ConsentProofSubmission;
}

interface Candidate {
  readonly controller: Controller;
  readonly person: StoredPerson;
}

/** One person's proof record for a channel and a purpose, by the ledger and the policy of now. */
export async function proveConsent(gate: Gate, call: ProofCall): Promise<Answer> {
  const { body, now } = call;
  const controllers = await controllersOf(gate, call.actor, body.controller);
  const candidates = await inParallel(controllers, limits.parallelControllers, (controller) =>
    lookUp(gate, call, controller),
  );
  const { controller, person } = meant(candidates, body);
  const { revision, jurisdictions, similarity } = policyInForce(controller);
  const proof = consentProof({
    person: { ...person, controller: reportingController(controller) },
    ...{ channel: body.channel, purpose: body.purpose, now, language: body.language ?? 'de' },
    facts: await factsOf(gate, controller, body),
    policy: { revision, jurisdictions, similarity },
    contact: contactOf(person, body),
  });
  return answer(proof, body);
}

function answer(proof: ConsentProof, { format = 'json' }: ConsentProofSubmission) {
  if (format === 'json') return jsonAnswer(proof);
  return pdfAnswer(proofDocument(proof, limits.printedRows), 'consent-proof');
}

/** The look-up is on record before anything is answered, with each controller that was asked. */
async function lookUp(gate: Gate, call: ProofCall, controller: Controller): Promise<Candidate> {
  const { body } = call;
  const person = await storedPerson(gate, controller, body.recipient);
  const about = `${body.channel} ${body.purpose}`;
  await recordAudit(gate, call, { controller: controller.id, persons: person.keys, about });
  return { controller, person };
}

/** Which controller is meant where none was named: the one that knows the person or consent. */
function meant(candidates: readonly Candidate[], body: ConsentProofSubmission): Candidate {
  const knowing = candidates.filter(({ person }) => person.given.some(({ known }) => known));
  const consented = knowing.filter(({ person }) =>
    person.events.some((each) => covers(each, body)),
  );
  for (const possible of [candidates, knowing, consented]) {
    const [only, ...others] = possible;
    if (only !== undefined && others.length === 0) return only;
  }
  if (knowing.length === 0) throw notFound('person');
  const message = 'is required: several controllers of this token know the person';
  throw new Problem('invalid-input', `\`controller\` ${message}`, {
    errors: [{ pointer: '/controller', code: 'ambiguous', message }],
  });
}

function covers(
  event: StoredPerson['events'][number],
  { channel, purpose }: ConsentProofSubmission,
): boolean {
  if (event.type !== 'consent.requested' && event.type !== 'consent.confirmed') return false;
  const { channels, purposes } = event.data;
  return channels?.includes(channel) === true && purposes?.includes(purpose) === true;
}

/** What the rules see of the person on that channel, as for a check. */
async function factsOf(
  gate: Gate,
  controller: Controller,
  { recipient, channel }: ConsentProofSubmission,
): Promise<RecipientFacts> {
  const keyed = keyRecipient(recipient, channel, keyringOf(gate, controller));
  const row: AudienceRow = keyed.valid ? keyed.row : INVALID_ROW;
  const [facts] = await gatherFacts(currentFacts(gate, controller.id), channel, [row]);
  if (facts === undefined) throw new Error('invariant broken: one row has one set of facts');
  return facts;
}

/** The contact point that the channel uses: as it was named, or the only one that is linked. */
function contactOf(
  { given, events }: StoredPerson,
  { channel }: ConsentProofSubmission,
): ContactPointName | null {
  const kind = channelContacts[channel];
  const named = given.find((name) => name.kind === kind);
  if (named !== undefined) return { kind, key: named.key };
  const linked = new Set(
    events
      .flatMap((event) => event.named.filter((name) => name.kind === kind))
      .map(({ key }) => key),
  );
  const [key, ...others] = linked;
  return key === undefined || others.length > 0 ? null : { kind, key };
}
