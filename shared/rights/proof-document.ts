import type { ConsentProof } from '../contract/subject-rights.ts';
import type { Block, PrintedDocument } from '../kernel/document.ts';
import { parseInstant } from '../kernel/instant.ts';
import { channelNames, consentBlocks, pageOf, readable } from './report-document.ts';
import { labels, proofTexts } from './report-texts.ts';
import { kindWords } from './vocabulary-words.ts';

/** The proof record on paper: for the person, a court or an authority (RULES DOI-6, DOI-7). */
export function proofDocument(proof: ConsentProof, rowsPrinted: number): PrintedDocument {
  const { language, controller, verdict, identityCheck } = proof;
  const page = pageOf(language, rowsPrinted);
  const { say } = page;
  const title = say(proofTexts.title);
  const given = proof.person.given.map(({ kind, key, known }) => {
    return `${say(kindWords[kind])} ${key} (${say(known ? labels.knownKind : labels.unknownKind)})`;
  });
  const { contact } = proof.person;
  const rows: readonly (readonly [string, string])[] = [
    [say(labels.createdAt), proof.generatedAt],
    [say(labels.controller), `${controller.name} (${controller.region ?? controller.country})`],
    [say(labels.channel), channelNames([proof.channel], page)],
    [say(labels.purpose), proof.purpose],
    [say(labels.given), given.join(', ')],
    [
      say(proofTexts.contact),
      contact === null ? '–' : `${say(kindWords[contact.kind])} ${contact.key}`,
    ],
    [say(proofTexts.verdict), verdict.text],
  ];
  return {
    title,
    language,
    author: controller.name,
    createdAt: parseInstant(proof.generatedAt) ?? 0,
    footer: [title, controller.name, readable(proof.generatedAt)].join(' · '),
    blocks: [
      { kind: 'facts', rows },
      ...reasonBlocks(proof),
      ...(identityCheck === null ? [] : [{ kind: 'paragraph', text: identityCheck } as const]),
      { kind: 'heading', level: 2, text: say(labels.consents) },
      ...(proof.consents.length === 0
        ? [{ kind: 'paragraph', text: say(proofTexts.none) } as const]
        : proof.consents.flatMap((consent) => [
            ...consentBlocks(consent, page),
            {
              kind: 'paragraph',
              text: `${say(proofTexts.verdict)}: ${verdictText(consent.verdict)}`,
            } as const,
          ])),
      { kind: 'heading', level: 2, text: say(proofTexts.integrity) },
      {
        kind: 'facts',
        rows: [
          ['SHA-256', proof.sha256],
          [say(proofTexts.policy), proof.policy],
          [say(proofTexts.events), proof.events.join(', ')],
        ],
      },
      { kind: 'paragraph', text: say(proofTexts.howToCheck) },
    ],
  };
}

function reasonBlocks({ verdict, language }: ConsentProof): readonly Block[] {
  if (verdict.reasons.length === 0) return [];
  const items = verdict.reasons.map(({ code, text, law, since }) => {
    const when = since === null ? '' : `, ${readable(since)}`;
    return `${text} (${code}; ${law})${when}`;
  });
  return [
    { kind: 'paragraph', text: proofTexts.reasons[language] },
    { kind: 'list', items },
  ];
}

function verdictText({ text, reasons }: ConsentProof['verdict']): string {
  const why = reasons.map((reason) => reason.text).join('; ');
  return why === '' ? text : `${text}: ${why}`;
}
