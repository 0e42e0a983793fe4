import type { Language } from '../../../shared/kernel/document.ts';
import type { EndedState } from '../../../shared/ledger/double-opt-in.ts';
import { profilingWords } from '../../../shared/rights/vocabulary-words.ts';
import type { Confirmation } from '../flows/confirm-double-opt-in.ts';
import { markup, type Markup } from './markup.ts';
import type { Page, Words } from './page.ts';
import { listed, momentOf } from './words.ts';

const texts = {
  ask: { de: 'Bitte bestätigen Sie Ihre Einwilligung', en: 'Please confirm your consent' },
  why: {
    de: 'Mit der Einwilligung erlauben Sie diese Werbung. Ohne Ihre Bestätigung gilt sie nicht.',
    en: 'Your consent permits this advertising. It does not count unless you confirm it.',
  },
  who: { de: 'Wer Sie kontaktieren darf', en: 'Who may contact you' },
  what: { de: 'Wofür', en: 'What for' },
  how: { de: 'Auf welchem Weg', en: 'By which channel' },
  sectors: { de: 'Für welche Waren und Leistungen', en: 'For which goods and services' },
  platforms: { de: 'Auf welchen Plattformen', en: 'On which platforms' },
  profiling: { de: 'Auswertung Ihrer Daten (Profiling)', en: 'Analysis of your data (profiling)' },
  yes: { de: 'ja', en: 'yes' },
  sensitive: {
    de: 'Besonders geschützte Daten, zum Beispiel zur Gesundheit',
    en: 'Specially protected data, on health for example',
  },
  political: { de: 'Politische Werbung', en: 'Political advertising' },
  device: { de: 'Zugriff auf Ihr Gerät', en: 'Access to your device' },
  wording: { de: 'Text der Einwilligung', en: 'Wording of the consent' },
  version: { de: 'Fassung', en: 'version' },
  until: { de: 'Bestätigen können Sie bis', en: 'You can confirm until' },
  code: { de: 'Code aus der SMS (6 Ziffern)', en: 'Code from the text message (6 digits)' },
  button: { de: 'Einwilligung bestätigen', en: 'Confirm consent' },
  notAsked: { de: 'Sie haben das nicht angefragt?', en: 'You did not ask for this?' },
  nothing: {
    de: 'Dann brauchen Sie nichts zu tun: Ohne Bestätigung erhalten Sie keine Werbung.',
    en: 'Then there is nothing to do: without a confirmation you get no advertising.',
  },
  always: {
    de: 'Eine Einwilligung können Sie jederzeit widerrufen.',
    en: 'You can withdraw a consent at any time.',
  },
  done: { de: 'Ihre Einwilligung ist bestätigt', en: 'Your consent is confirmed' },
  since: { de: 'Bestätigt am', en: 'Confirmed on' },
  change: { de: 'Einstellungen ansehen oder widerrufen', en: 'See your settings, or withdraw' },
} as const satisfies Readonly<Record<string, Words>>;

/** What is being consented to, and the button: looking at it changes nothing. */
export function askPage(
  confirmation: Confirmation,
  language: Language,
  error: Markup | null = null,
): Page {
  const { link, controller } = confirmation;
  const { name, timezone } = controller.settings;
  const title = texts.ask[language];
  const body = markup`<h1>${title}</h1>
${error}
<p>${texts.why[language]}</p>
${detailsOf(confirmation, language)}
<form method="post" action="?lang=${language}">
${link.method === 'doi_sms' ? codeField(language, error !== null) : null}
<p><button type="submit">${texts.button[language]}</button></p>
</form>
<p class="note">${texts.until[language]}: ${momentOf(link.expiresAt, timezone, language)}</p>
<h2>${texts.notAsked[language]}</h2>
<p>${texts.nothing[language]} ${texts.always[language]}</p>`;
  return { language, sender: name, title, body };
}

function codeField(language: Language, wrong: boolean): Markup {
  const state = wrong ? markup` aria-invalid="true" aria-describedby="error"` : null;
  return markup`<p class="code"><label for="code">${texts.code[language]}</label>
<input id="code" name="code" required inputmode="numeric"
autocomplete="one-time-code"${state}></p>`;
}

function detailsOf({ controller, request }: Confirmation, language: Language): Markup {
  const { data } = request;
  const { wording } = data;
  const level = data.profilingLevel ?? 'P0';
  const rows: readonly (readonly [Words, string | null])[] = [
    [texts.who, (data.advertisers ?? [controller.settings.name]).join(', ')],
    [texts.what, data.purposes.join(', ')],
    [texts.how, listed(data.channels, language)],
    [texts.sectors, data.sectors?.join(', ') ?? null],
    [texts.platforms, data.platforms?.join(', ') ?? null],
    [texts.profiling, level === 'P0' ? null : profilingWords[level][language]],
    [texts.sensitive, data.explicitArt9 === true ? texts.yes[language] : null],
    [texts.political, data.political === true ? texts.yes[language] : null],
    [texts.device, data.deviceAccess === true ? texts.yes[language] : null],
    [texts.wording, wordingOf(wording?.id, wording?.version, language)],
  ];
  const shown = rows.flatMap(([term, text]) =>
    text === null
      ? []
      : [
          markup`<dt>${term[language]}</dt>
<dd>${text}</dd>
`,
        ],
  );
  return markup`<dl>
${shown}</dl>`;
}

function wordingOf(
  id: string | null | undefined,
  version: string | null | undefined,
  language: Language,
): string | null {
  if (id == null) return null;
  return version == null ? id : `${id}, ${texts.version[language]} ${version}`;
}

/** The same for the first click and for every later one. */
export function confirmedPage(
  confirmation: Confirmation,
  confirmedAt: number,
  shown: { readonly language: Language; readonly preferences: string },
): Page {
  const { language } = shown;
  const { name, timezone } = confirmation.controller.settings;
  const title = texts.done[language];
  const body = markup`<h1>${title}</h1>
<p>${texts.since[language]}: ${momentOf(confirmedAt, timezone, language)}</p>
${detailsOf(confirmation, language)}
<p>${texts.always[language]} <a href="${shown.preferences}">${texts.change[language]}</a></p>`;
  return { language, sender: name, title, body };
}

/** Why a request cannot be confirmed any more, and what can be done instead. */
const overs: Readonly<Record<EndedState, readonly [Words, Words]>> = Object.freeze({
  EXPIRED: [
    { de: 'Dieser Link ist abgelaufen', en: 'This link has expired' },
    {
      de:
        'Es wurde nichts gespeichert. Wenn Sie die Einwilligung noch geben möchten, ' +
        'fragen Sie sie bitte neu an.',
      en: 'Nothing was saved. If you still want to give your consent, please ask for it again.',
    },
  ],
  BOUNCED: [
    { de: 'Diese Anfrage ist hinfällig', en: 'This request is void' },
    {
      de:
        'Nachrichten an die angegebene Adresse oder Nummer kamen zurück. Es wurde ' +
        'nichts gespeichert. Bitte fragen Sie mit einer Adresse neu an, die Sie ' +
        'erreicht.',
      en:
        'Messages to the given address or number came back. Nothing was saved. Please ' +
        'ask again with one that reaches you.',
    },
  ],
  WITHDRAWN: [
    { de: 'Diese Einwilligung ist widerrufen', en: 'This consent was withdrawn' },
    {
      de:
        'Seit der Anfrage wurde der Werbung widersprochen oder die Einwilligung ' +
        'widerrufen. Das gilt. Wenn Sie es anders möchten, fragen Sie bitte neu an.',
      en:
        'Since the request, advertising was objected to or the consent was withdrawn. ' +
        'That holds. If you want it otherwise, please ask again.',
    },
  ],
  REPLACED: [
    { de: 'Es gibt eine neuere Anfrage', en: 'There is a newer request' },
    {
      de: 'Bitte bestätigen Sie mit dem Link aus der neuesten Nachricht; dieser gilt nicht mehr.',
      en: 'Please confirm by the link in the newest message; this one is not valid any more.',
    },
  ],
});

const closed: readonly [Words, Words] = [
  { de: 'Der Code wurde zu oft falsch eingegeben', en: 'The code was wrong too often' },
  {
    de: 'Zu Ihrem Schutz gilt dieser Link nicht mehr. Bitte fragen Sie die Einwilligung neu an.',
    en: 'For your protection this link is not valid any more. Please ask for the consent again.',
  },
];

const call: readonly [Words, Words] = [
  { de: 'Diese Einwilligung wird am Telefon bestätigt', en: 'This consent is confirmed by phone' },
  {
    de: 'Hier ist nichts zu tun: Sie werden angerufen und können dann zustimmen oder ablehnen.',
    en: 'There is nothing to do here: you will be called, and can then agree or refuse.',
  },
];

export type OverState = keyof typeof overs | 'CODE_CLOSED' | 'BY_CALL';

export function overPage({ controller }: Confirmation, state: OverState, language: Language): Page {
  const [title, text] =
    state === 'CODE_CLOSED' ? closed : state === 'BY_CALL' ? call : overs[state];
  return {
    language,
    sender: controller.settings.name,
    title: title[language],
    body: markup`<h1>${title[language]}</h1>
<p>${text[language]}</p>`,
  };
}

const code = {
  needed: { de: 'Bitte geben Sie den Code aus der SMS ein.', en: 'Please enter the code.' },
  wrong: { de: 'Der Code stimmt nicht.', en: 'The code is not right.' },
  left: { de: 'Versuche, die noch bleiben', en: 'Tries that are left' },
} as const satisfies Readonly<Record<string, Words>>;

/** `null`: no code came at all. */
export function codeError(triesLeft: number | null, language: Language): Markup {
  const text =
    triesLeft === null
      ? code.needed[language]
      : `${code.wrong[language]} ${code.left[language]}: ${triesLeft}`;
  return markup`<p class="error" id="error" role="alert">${text}</p>`;
}

const strange: readonly [Words, Words] = [
  { de: 'Dieser Link führt zu nichts', en: 'This link leads nowhere' },
  {
    de:
      'Er ist unvollständig oder gehört nicht hierher. Bitte öffnen Sie ihn noch einmal aus der ' +
      'Nachricht. Widerrufen und widersprechen können Sie auch, indem Sie dem Absender schreiben.',
    en:
      'It is incomplete or does not belong here. Please open it once more from the message. You ' +
      'can also withdraw and object by writing to the sender.',
  },
];

/** For every token that is none of ours for this page, whatever is wrong with it. */
export function strangePage(language: Language): Page {
  const [title, text] = strange;
  return {
    language,
    sender: null,
    title: title[language],
    body: markup`<h1>${title[language]}</h1>
<p>${text[language]}</p>`,
  };
}
