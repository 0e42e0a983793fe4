import type { SeveritySubmission, SeverityView } from '../contract/breaches.ts';
import { proposalOf, severityBand, severityScore, type SeverityProposal } from './severity.ts';

/** More people than that is a flag of the method, which does not score it. */
const MANY_INDIVIDUALS = 100;

interface LocalText {
  readonly de: string;
  readonly en: string;
}

/** The score, its band and what it suggests; whoever decides sees what it leaves out. */
export function severityView(submission: SeveritySubmission): SeverityView {
  const { dpc, ei, confidentiality, integrity, availability, malicious } = submission;
  const score = severityScore({
    data: Array.isArray(dpc) ? dpc : [dpc],
    easeOfIdentification: ei,
    ...{ confidentiality, integrity, availability, malicious },
  });
  const band = severityBand(score);
  const proposal = proposalOf(band);
  return {
    score,
    band,
    proposal: { ...proposal, text: textOf(proposal), notes: notesOf(submission, proposal) },
  };
}

function textOf({ notifyAuthority, communicateToSubjects }: SeverityProposal): LocalText {
  if (communicateToSubjects) {
    return {
      de: 'Vorschlag: Aufsichtsbehörde melden und Betroffene benachrichtigen (Art. 33, 34 DSGVO)',
      en: 'proposal: notify the authority and tell the people concerned (Art. 33, 34 GDPR)',
    };
  }
  if (notifyAuthority) {
    return {
      de: 'Vorschlag: Aufsichtsbehörde melden (Art. 33 DSGVO)',
      en: 'proposal: notify the authority (Art. 33 GDPR)',
    };
  }
  return {
    de: 'Vorschlag: keine Meldung, wenn begründet ist, warum voraussichtlich kein Risiko besteht',
    en: 'proposal: no notification, provided that there are reasons why a risk is unlikely',
  };
}

function notesOf(
  { individuals, unintelligible }: SeveritySubmission,
  { notifyAuthority }: SeverityProposal,
): LocalText[] {
  const notes: LocalText[] = [];
  if (individuals > MANY_INDIVIDUALS) {
    notes.push({
      de: 'Mehr als 100 Betroffene: Der Wert zählt sie nicht, das Risiko kann höher sein',
      en: 'more than 100 people: the score does not count them, the risk may be higher',
    });
  }
  if (unintelligible) {
    notes.push({
      de: 'Daten unverständlich, etwa verschlüsselt: Art. 34 Abs. 3 lit. a DSGVO prüfen',
      en: 'data unintelligible, such as encrypted: consider Art. 34(3)(a) GDPR',
    });
  }
  if (!notifyAuthority) {
    notes.push({
      de: 'Leitlinien 01/2021 des EDSA melden auch Fälle mit niedrigem Wert (Fall 16)',
      en: 'the EDPB guidelines 01/2021 notify some cases with a low score as well (case 16)',
    });
  }
  return notes;
}
