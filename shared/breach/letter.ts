import type { BreachLetter } from '../contract/breach-letters.ts';
import type { Block, Language, PrintedDocument } from '../kernel/document.ts';
import { formatInstant, type EpochMs } from '../kernel/instant.ts';
import type { BreachCase } from './breach-case.ts';
import { letterWords as texts } from './letter-words.ts';
import { categoryWords, lawWords } from './local-words.ts';
import { words } from './report-words.ts';

type Part = BreachLetter['parts'][number];

/**
 * The letter to the people concerned (Art. 34(2) GDPR), in plain language: what happened, what it
 * may mean, what was done, and whom to ask. It is made of the facts of the case; what is not known
 * yet is named in its place, and a letter with a gap is no letter to send.
 */
export function breachLetter(
  breach: BreachCase,
  of: { readonly language: Language; readonly sender: string | null; readonly now: EpochMs },
): BreachLetter {
  const { language, sender, now } = of;
  const { facts, opened, awareness } = breach;
  const parts = [
    part(language, 'nature', 'Art. 34(2), 33(3)(a)', [facts.nature ?? null, happenedOn()]),
    part(language, 'data', 'Art. 34(2), 33(3)(a)', [
      categoryWords(facts.dataCategories, language)?.join(', ') ?? null,
    ]),
    part(language, 'consequences', 'Art. 34(2), 33(3)(c)', [facts.consequences ?? null]),
    part(language, 'measures', 'Art. 34(2), 33(3)(d)', [
      facts.measuresTaken ?? null,
      facts.measuresPlanned ?? null,
    ]),
    part(
      language,
      'advice',
      null,
      opened.data.types.map((type) => texts.advice[type][language]),
    ),
    part(language, 'contact', 'Art. 34(2), 33(3)(b)', [facts.contact ?? null]),
  ];
  const missing = parts.flatMap(({ name, title, law, paragraphs }) =>
    law !== null && paragraphs.includes(null) ? [{ name, label: title, law }] : [],
  );
  return {
    breachId: breach.id,
    language,
    drill: opened.data.drill,
    madeAt: formatInstant(now),
    sender,
    subject: texts.subject[language],
    opening: [texts.greeting[language], texts.intro[language]],
    parts,
    closing: [texts.closing[language], sender ?? texts.noSender[language]],
    missing,
    complete: missing.length === 0 && sender !== null,
  };

  /** The day is enough: people want to know when, not to the minute. */
  function happenedOn(): string {
    const { suspectedAt, timezone } = opened.data;
    const format = { dateStyle: 'long', timeZone: timezone } as const;
    const locale = language === 'de' ? 'de-DE' : 'en-GB';
    const at = awareness?.data.awareAt ?? suspectedAt;
    const day = new Intl.DateTimeFormat(locale, format).format(at);
    return `${texts.noticed[language]} ${day}.`;
  }
}

function part(
  language: Language,
  name: Part['name'],
  law: string | null,
  paragraphs: readonly (string | null)[],
): Part {
  return { name, title: texts.titles[name][language], law, paragraphs: [...paragraphs] };
}

/** As a document to print; a gap stands in brackets where its words will. */
export function printedLetter(letter: BreachLetter, now: EpochMs): PrintedDocument {
  const { language } = letter;
  const say = words[language];
  const blocks: Block[] = [];
  if (letter.drill) blocks.push({ kind: 'paragraph', text: say.drillNotice });
  if (letter.missing.length > 0) {
    blocks.push({ kind: 'paragraph', text: texts.gaps[language] });
    const items = letter.missing.map(({ label, law }) => `${label} (${lawWords(law, language)})`);
    blocks.push({ kind: 'list', items });
  }
  for (const text of letter.opening) blocks.push({ kind: 'paragraph', text });
  for (const { title, paragraphs } of letter.parts) {
    blocks.push({ kind: 'heading', level: 2, text: title });
    for (const text of paragraphs) {
      blocks.push({ kind: 'paragraph', text: text ?? `[${say.missing}]` });
    }
  }
  for (const text of letter.closing) blocks.push({ kind: 'paragraph', text });
  return {
    title: letter.drill ? `${say.drill}: ${letter.subject}` : letter.subject,
    language,
    author: letter.sender ?? '',
    createdAt: now,
    footer: letter.drill ? say.drill : '',
    blocks,
  };
}
