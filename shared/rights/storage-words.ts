import type { LocalText } from '../contract/reason-codes.ts';

export interface StorageWords {
  readonly what: LocalText;
  /** RULES D. */
  readonly rule: string;
  readonly text: LocalText;
}

const words = (rule: string, what: LocalText, text: LocalText): StorageWords => ({
  ...{ what, rule, text },
});

/** What is kept and why it goes, in words. */
export const storageWords = {
  customers: words(
    'RET-1',
    { de: 'Nutzung für Werbung', en: 'use for advertising' },
    {
      de: 'Ohne Einwilligung bekommen Sie keine Werbung mehr, wenn Sie so lange nicht aktiv waren.',
      en: 'Without a consent you get no more advertising when you were not active for so long.',
    },
  ),
  prospects: words(
    'RET-4',
    { de: 'Nutzung für Werbung', en: 'use for advertising' },
    {
      de: 'Solange Sie nichts gekauft haben: so lange ab der Erhebung oder dem letzten Kontakt.',
      en: 'As long as you have bought nothing: for so long from collection or the last contact.',
    },
  ),
  facts: words(
    'RET-2',
    { de: 'Angaben zu Ihnen', en: 'what is stored of you' },
    {
      de: 'Nach dieser Zeit ohne aktiven Kontakt sind die Angaben zu löschen.',
      en: 'After so long without active contact the data are due for erasure.',
    },
  ),
  consents: words(
    'RET-6',
    { de: 'Nachweise Ihrer Einwilligungen', en: 'proof of your consents' },
    {
      de: 'Während der Nutzung und drei Jahre zum Jahresende danach; für Anrufe fünf Jahre.',
      en: 'While they are used and three years to the end of a year after that; for calls five.',
    },
  ),
  suppression: words(
    'RET-7',
    { de: 'Sperreinträge', en: 'suppression entries' },
    {
      de: 'Solange solche Werbung möglich ist; alle drei Jahre geprüft.',
      en: 'As long as such advertising is possible; reviewed every three years.',
    },
  ),
  hold: words(
    'RET-5',
    { de: 'Aufbewahrungspflichten', en: 'duties of retention' },
    {
      de: 'So lange verlangen Gesetze oder Ansprüche es; für Werbung sind die Daten gesperrt.',
      en: 'So long laws or claims ask for it; for advertising the data are blocked.',
    },
  ),
  decisions: words(
    'RET-9',
    { de: 'Protokoll der Entscheidungen', en: 'log of decisions' },
    {
      de: 'Drei Jahre zum Jahresende; bei Anrufen fünf Jahre.',
      en: 'Three years to the end of a year; of calls five years.',
    },
  ),
  uploads: words(
    'Art. 5(1)(e)',
    { de: 'Hochgeladene Empfängerlisten', en: 'uploaded lists of recipients' },
    { de: '', en: '' },
  ),
  uploadsOf: (days: number): LocalText => ({
    de: `Listen von Kampagnen mit Ihrer Adresse werden nach ${days} Tagen gelöscht.`,
    en: `Lists of campaigns with your address are deleted after ${days} days.`,
  }),
} as const;
