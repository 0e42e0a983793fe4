import type { Language } from '../../../shared/kernel/document.ts';
import { markup } from './markup.ts';
import type { Page, Words } from './page.ts';

/*
 * The page behind the link of an alert. Links are passed on, so it names no controller, no case and
 * no deadline: who got the alert has read them.
 */

const texts = {
  ask: { de: 'Alarm bestätigen?', en: 'Acknowledge this alert?' },
  why: {
    de:
      'Mit dem Knopf sagen Sie, dass Sie den Alarm gesehen haben und sich kümmern. Er wird dann ' +
      'nicht an andere weitergegeben. Die Frist läuft weiter.',
    en:
      'With the button you say that you have seen the alert and take care of it. It is then not ' +
      'passed on to others. The deadline goes on.',
  },
  button: { de: 'Gesehen, ich kümmere mich', en: 'Seen, I take care of it' },
  done: { de: 'Der Alarm ist bestätigt', en: 'The alert is acknowledged' },
  doneText: {
    de: 'Es ist nichts weiter zu tun. Dieser Link hat seinen Zweck erfüllt.',
    en: 'There is nothing more to do. This link has served its purpose.',
  },
  over: { de: 'Der Fall ist abgeschlossen', en: 'The case is closed' },
  overText: {
    de: 'Der Link gilt nicht mehr; es gibt nichts zu bestätigen.',
    en: 'The link no longer holds; there is nothing to acknowledge.',
  },
  strange: { de: 'Diesen Link gibt es nicht', en: 'There is no such link' },
  strangeText: {
    de: 'Vielleicht wurde er beim Kopieren abgeschnitten.',
    en: 'It may have been cut when it was copied.',
  },
  drill: { de: 'Das ist eine Übung.', en: 'This is a drill.' },
} as const satisfies Readonly<Record<string, Words>>;

/** Looking at it acknowledges nothing: scanners of mail follow links, and press no buttons. */
export function askAlertPage(language: Language, drill: boolean): Page {
  const title = texts.ask[language];
  const body = markup`<h1>${title}</h1>
${drill ? markup`<p>${texts.drill[language]}</p>` : null}
<p>${texts.why[language]}</p>
<form method="post" action="?lang=${language}">
<p><button type="submit">${texts.button[language]}</button></p>
</form>`;
  return { language, sender: null, title, body };
}

export function alertEndPage(language: Language, end: 'done' | 'over' | 'strange'): Page {
  const title = texts[end][language];
  const body = markup`<h1>${title}</h1>
<p>${texts[`${end}Text`][language]}</p>`;
  return { language, sender: null, title, body };
}
