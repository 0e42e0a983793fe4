import type { BreachLetter } from '../contract/breach-letters.ts';
import type { Language } from '../kernel/document.ts';

type Words = Readonly<Record<Language, string>>;
type PartName = BreachLetter['parts'][number]['name'];

interface LetterWords {
  readonly subject: Words;
  readonly greeting: Words;
  readonly intro: Words;
  readonly noticed: Words;
  readonly gaps: Words;
  readonly closing: Words;
  readonly noSender: Words;
  readonly titles: Readonly<Record<PartName, Words>>;
  /** By what was breached (Art. 4(12) GDPR). */
  readonly advice: Readonly<Record<'C' | 'I' | 'A', Words>>;
}

export const letterWords: LetterWords = {
  subject: { de: 'Ihre Daten sind betroffen', en: 'Your data are affected' },
  greeting: { de: 'Guten Tag,', en: 'Hello,' },
  intro: {
    de:
      'bei uns ist etwas mit personenbezogenen Daten geschehen, das auch Sie betrifft. Wir sagen ' +
      'Ihnen, was wir wissen und was Sie tun können.',
    en:
      'something has happened to personal data that we hold, and it concerns you. We tell you ' +
      'what we know and what you can do.',
  },
  noticed: { de: 'Bemerkt haben wir es am', en: 'We noticed it on' },
  gaps: {
    de: 'Entwurf. Vor dem Versand fehlen noch Angaben (Art. 34 Abs. 2 DSGVO):',
    en: 'Draft. Before it is sent, this is missing (Art. 34(2) GDPR):',
  },
  closing: {
    de:
      'Es tut uns leid. Sie können sich auch bei der Datenschutzbehörde Ihres Wohnorts ' +
      'beschweren (Art. 77 DSGVO).',
    en:
      'We are sorry. You may also complain to the data protection authority where you live ' +
      '(Art. 77 GDPR).',
  },
  noSender: { de: '[Name des Verantwortlichen]', en: '[name of the controller]' },
  titles: {
    nature: { de: 'Was ist geschehen?', en: 'What happened?' },
    data: { de: 'Welche Daten sind es?', en: 'Which data are they?' },
    consequences: { de: 'Was kann das für Sie bedeuten?', en: 'What can it mean for you?' },
    measures: { de: 'Was haben wir getan, was tun wir?', en: 'What have we done, what do we do?' },
    advice: { de: 'Was können Sie tun?', en: 'What can you do?' },
    contact: { de: 'Wen können Sie fragen?', en: 'Whom can you ask?' },
  },
  advice: {
    C: {
      de:
        'Seien Sie vorsichtig mit Nachrichten und Anrufen, die sich auf uns berufen. Wir fragen ' +
        'Sie nie nach einem Passwort. Haben Sie ein Passwort auch anderswo verwendet, ändern Sie ' +
        'es.',
      en:
        'Be careful with messages and calls in our name. We never ask you for a password. Where ' +
        'you have used a password elsewhere as well, change it.',
    },
    I: {
      de: 'Prüfen Sie, ob Ihre Angaben bei uns noch stimmen, und sagen Sie es uns, wenn nicht.',
      en: 'Check whether what we hold of you is still right, and tell us where it is not.',
    },
    A: {
      de: 'Heben Sie auf, was Sie von uns haben: Es kann helfen, Daten wiederherzustellen.',
      en: 'Keep what you have from us: it may help to restore data.',
    },
  },
};
