import { languages, type Language } from '../../../shared/kernel/document.ts';
import { problems, type ProblemType } from '../../../shared/contract/problems.ts';
import type { Gate } from '../gate.ts';
import type { Answer } from '../http.ts';
import { errorFields } from '../log.ts';
import { Unavailable } from '../ports/unavailable.ts';
import { Problem } from '../problem.ts';
import { markup, type Markup } from './markup.ts';
import { style, styleHash } from './style.ts';

/** A text in every language that people are answered in. */
export type Words = Readonly<Record<Language, string>>;

/** What of a request decides how it is answered. */
export interface PageCall {
  readonly query: { readonly lang?: string | undefined };
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** What the page says, and what a program is told instead where the status is that of a problem. */
export interface Page {
  readonly language: Language;
  /** The controller, in its own words; null where nobody is known. */
  readonly sender: string | null;
  readonly title: string;
  readonly body: Markup;
}

/*
 * A token stands in the address of the page: nothing may be loaded from elsewhere, no address may
 * be passed on, and nobody may put the page into a frame and have a click made in it.
 */
const headers = Object.freeze({
  'content-security-policy': [
    "default-src 'none'",
    `style-src '${styleHash}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow, noarchive',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
});

export function pageAnswer(status: number, page: Page): Answer {
  const bytes = new TextEncoder().encode(documentOf(page).html);
  const content = { type: 'text/html', bytes, headers: withLanguage(page.language) } as const;
  return { status, body: null, content };
}

function withLanguage(language: Language): Readonly<Record<string, string>> {
  return { ...headers, 'content-language': language };
}

/**
 * Where something is wrong, a browser gets a page and a program a problem (RFC 9457): what asks for
 * no HTML cannot read any.
 */
export function problemAnswer(call: PageCall, type: ProblemType, page: Page): Answer {
  if (!wantsHtml(call)) throw new Problem(type, page.title);
  return pageAnswer(problems[type].status, page);
}

function wantsHtml({ headers: { accept = '' } }: PageCall): boolean {
  return /\btext\/html\b/i.test(accept);
}

/** Also where the gate fails a person gets a page that says what to do. */
export async function orFailurePage(
  call: PageCall,
  gate: Pick<Gate, 'log'>,
  run: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    if (!wantsHtml(call)) throw error;
    if (!(error instanceof Problem || error instanceof Unavailable)) {
      gate.log.write('error', 'request failed', errorFields(error));
    }
    const language = languageOf(call);
    const body = markup`<h1>${failed.title[language]}</h1>
      <p>${failed.text[language]}</p>`;
    const page = { language, sender: null, title: failed.title[language], body };
    const { type } = error instanceof Problem ? error : { type: 'unavailable' as const };
    return pageAnswer(problems[type].status, page);
  }
}

const failed = {
  title: {
    de: 'Das hat nicht geklappt',
    en: 'That did not work',
  },
  text: {
    de:
      'Es wurde nichts gespeichert. Bitte laden Sie die Seite in einigen Minuten neu und ' +
      'versuchen Sie es noch einmal.',
    en: 'Nothing was saved. Please reload the page in a few minutes and try again.',
  },
} as const satisfies Readonly<Record<string, Words>>;

/** `?lang=`, then what was asked for by name, then the browser's wish, then the rest. */
export function languageOf(
  { query, headers: sent }: PageCall,
  { named = null, rest = null }: { named?: Language | null; rest?: Language | null } = {},
): Language {
  const asked = languages.find((language) => language === query.lang?.toLowerCase()) ?? null;
  return asked ?? named ?? preferredOf(sent['accept-language'] ?? '') ?? rest ?? 'en';
}

/** RFC 9110, 12.5.4: the one of our languages with the greatest weight. */
function preferredOf(accepted: string): Language | null {
  let best: { readonly language: Language; readonly weight: number } | null = null;
  for (const range of accepted.split(',')) {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
    const language = languages.find((each) => tag === each || tag.startsWith(`${each}-`));
    const quality = parameters.map((each) => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1]);
    const weight = Number(quality.find((each) => each !== undefined) ?? 1);
    if (language === undefined || !(weight > 0)) continue;
    if (best === null || weight > best.weight) best = { language, weight };
  }
  return best?.language ?? null;
}

/** The language of a country's people, where it is one of ours. */
export function languageOfCountry(country: string): Language | null {
  return ['DE', 'AT', 'CH', 'LI'].includes(country) ? 'de' : null;
}

const names = { de: 'Deutsch', en: 'English' } as const satisfies Words;
const choose: Words = { de: 'Sprache', en: 'Language' };

function documentOf({ language, sender, title, body }: Page): Markup {
  const links = languages
    .filter((each) => each !== language)
    .map(
      (each) =>
        markup`<a href="?lang=${each}" lang="${each}" hreflang="${each}">${names[each]}</a>`,
    );
  return markup`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${sender === null ? title : `${title} – ${sender}`}</title>
<style>${{ html: style }}</style>
</head>
<body>
<header>
<p>${sender}</p>
<nav aria-label="${choose[language]}">${links}</nav>
</header>
<main>
${body}
</main>
</body>
</html>
`;
}
