import { channelGroups, type ChannelGroup } from '../../../shared/contract/preferences.ts';
import type { Language } from '../../../shared/kernel/document.ts';
import {
  channelBit,
  concerns,
  type ContactPointState,
} from '../../../shared/ledger/contact-point-state.ts';
import { lifts } from '../../../shared/policy/consent.ts';
import type { StandingPurpose } from '../../../shared/policy/standing-consents.ts';
import type { Leaving } from '../flows/leave.ts';
import { markup, type Markup } from './markup.ts';
import type { Page, Words } from './page.ts';
import { groupWords, listed } from './words.ts';

const texts = {
  title: { de: 'Ihre Werbe-Einstellungen', en: 'Your advertising settings' },
  now: { de: 'Worin Sie eingewilligt haben', en: 'What you have agreed to' },
  none: {
    de: 'Es ist keine gültige Einwilligung von Ihnen gespeichert.',
    en: 'No valid consent of yours is on record.',
  },
  without: {
    de:
      'Manche Werbung ist auch ohne Einwilligung erlaubt, zum Beispiel Briefe. Sie endet, wenn ' +
      'Sie unten ihren Weg oder alles abbestellen.',
    en:
      'Some advertising is permitted without consent, letters for example. It ends when you ' +
      'leave its channel, or everything, below.',
  },
  all: { de: 'Alles beenden', en: 'End everything' },
  allText: {
    de: 'Sie erhalten dann keine Werbung mehr, auf keinem Weg.',
    en: 'You then get no more advertising, by any channel.',
  },
  allButton: { de: 'Alles abbestellen', en: 'Unsubscribe from everything' },
  some: { de: 'Oder nur einen Teil beenden', en: 'Or end only a part' },
  purposes: {
    de: 'Nichts mehr zu diesem Zweck, auf keinem Weg',
    en: 'Nothing more for this purpose, by any channel',
  },
  channels: {
    de: 'Nichts mehr auf diesem Weg, zu keinem Zweck',
    en: 'Nothing more by this channel, for any purpose',
  },
  already: { de: 'bereits beendet', en: 'ended already' },
  profiling: { de: 'Auswertung Ihrer Daten', en: 'Analysis of your data' },
  profilingChoice: {
    de: 'Meine Daten nicht mehr für Werbung auswerten (Profiling)',
    en: 'No more analysis of my data for advertising (profiling)',
  },
  button: { de: 'Auswahl beenden', en: 'End what is selected' },
  again: { de: 'Wieder etwas erhalten', en: 'To get something again' },
  againText: {
    de:
      'Hier können Sie nur beenden. Wenn Sie wieder etwas erhalten möchten, melden Sie sich ' +
      'bitte neu dafür an; wo, sagt Ihnen',
    en: 'Here you can only end things. To get something again, please sign up anew with',
  },
  nothing: {
    de: 'Bitte wählen Sie zuerst aus, was enden soll. Es wurde nichts geändert.',
    en: 'Please select what is to end first. Nothing was changed.',
  },
  done: { de: 'Gespeichert: Das ist beendet', en: 'Saved: this has ended' },
  doneText: {
    de: 'Es gilt ab sofort. Was schon unterwegs ist, kann Sie noch erreichen.',
    en: 'It holds from now on. What is on its way already may still reach you.',
  },
  everything: { de: 'Alle Werbung, auf jedem Weg', en: 'All advertising, by every channel' },
  noProfiling: {
    de: 'Auswertung Ihrer Daten für Werbung (Profiling)',
    en: 'Analysis of your data for advertising (profiling)',
  },
  purpose: { de: 'Zweck', en: 'Purpose' },
  more: { de: 'Alle Einstellungen ansehen', en: 'See all settings' },
} as const satisfies Readonly<Record<string, Words>>;

export interface Preferences {
  readonly sender: string;
  readonly state: ContactPointState;
  readonly standing: readonly StandingPurpose[];
}

/** What somebody gets, and what can be ended: looking at it changes nothing. */
export function preferencePage(
  { sender, state, standing }: Preferences,
  language: Language,
  isNothing = false,
): Page {
  const title = texts.title[language];
  const error = markup`<p class="error" id="error" role="alert">${texts.nothing[language]}</p>`;
  const described = isNothing ? markup` aria-describedby="error"` : null;
  const body = markup`<h1>${title}</h1>
${isNothing ? error : null}
<h2>${texts.now[language]}</h2>
${agreed(standing, language)}
<p>${texts.without[language]}</p>
<h2>${texts.all[language]}</h2>
<form method="post" action="?lang=${language}">
<input type="hidden" name="form" value="preferences">
<p>${texts.allText[language]}</p>
<p><button type="submit" name="all" value="1">${texts.allButton[language]}</button></p>
</form>
<h2>${texts.some[language]}</h2>
<form method="post" action="?lang=${language}"${described}>
<input type="hidden" name="form" value="preferences">
${purposeChoices(standing, language)}
<fieldset>
<legend>${texts.channels[language]}</legend>
${channelGroups.map((group) =>
  choice({
    name: `channel-${group.id}`,
    value: '1',
    text: groupWords[group.id][language],
    note: isLeft(group, state, standing) ? texts.already[language] : null,
  }),
)}
</fieldset>
<fieldset>
<legend>${texts.profiling[language]}</legend>
${choice({
  name: 'profiling',
  value: '1',
  text: texts.profilingChoice[language],
  note: isUnprofiled(state) ? texts.already[language] : null,
})}
</fieldset>
<p><button type="submit" class="other">${texts.button[language]}</button></p>
</form>
<h2>${texts.again[language]}</h2>
<p>${texts.againText[language]} ${sender}.</p>`;
  return { language, sender, title, body };
}

function agreed(standing: readonly StandingPurpose[], language: Language): Markup {
  if (standing.length === 0) return markup`<p>${texts.none[language]}</p>`;
  const rows = standing.map(
    ({ purpose, channels }) => markup`<dt>${purpose}</dt>
<dd>${listed(channels, language)}</dd>
`,
  );
  return markup`<dl>
${rows}</dl>`;
}

function purposeChoices(standing: readonly StandingPurpose[], language: Language): Markup | null {
  if (standing.length === 0) return null;
  const choices = standing.map(({ purpose, channels }, index) =>
    choice({
      name: `purpose-${index}`,
      value: purpose,
      text: purpose,
      note: listed(channels, language),
    }),
  );
  return markup`<fieldset>
<legend>${texts.purposes[language]}</legend>
${choices}
</fieldset>`;
}

function choice(box: {
  readonly name: string;
  readonly value: string;
  readonly text: string;
  readonly note: string | null;
}): Markup {
  const { name, value, text, note } = box;
  return markup`<div class="choice">
<input type="checkbox" id="${name}" name="${name}" value="${value}">
<label for="${name}">${text}${note === null ? null : markup` <span class="note">${note}</span>`}
</label>
</div>
`;
}

/** Every channel of the group is objected to, and nothing that was agreed to since uses it. */
function isLeft(
  { channels }: ChannelGroup,
  { objections }: ContactPointState,
  standing: readonly StandingPurpose[],
): boolean {
  const used = new Set(standing.flatMap((each) => each.channels));
  return channels.every(
    (channel) =>
      !used.has(channel) &&
      objections.some((objection) => concerns(objection.channels, channelBit(channel))),
  );
}

function isUnprofiled({ profilingObjection, consents }: ContactPointState): boolean {
  if (profilingObjection === null) return false;
  const { at } = profilingObjection;
  return !consents.some((consent) => consent.profilingLevel > 0 && lifts(consent, at));
}

/** What was recorded, in the words in which it was asked for. */
export function leftPage(
  sender: string,
  { everything, channels, purposes, profiling }: Leaving,
  language: Language,
): Page {
  const title = texts.done[language];
  const items = [
    ...(everything ? [texts.everything[language]] : []),
    ...(channels.length === 0 ? [] : [listed(channels, language)]),
    ...purposes.map((purpose) => `${texts.purpose[language]}: ${purpose}`),
    ...(profiling || everything ? [texts.noProfiling[language]] : []),
  ];
  const body = markup`<h1>${title}</h1>
<ul>
${items.map((item) => markup`<li>${item}</li>\n`)}</ul>
<p>${texts.doneText[language]}</p>
<p><a href="?lang=${language}">${texts.more[language]}</a></p>`;
  return { language, sender, title, body };
}
