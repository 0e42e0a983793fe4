import type { LocalText } from '../contract/reason-codes.ts';

/** Why a row of an audience is on no page; whoever gets the file back reads it beside the row. */
export const asideTexts = Object.freeze({
  'no-identifier': {
    de: 'Die Zeile nennt niemanden: keine Kennung, Adresse oder Rufnummer',
    en: 'the row names nobody: no id, address or number',
  },
  'invalid-identifier': {
    de: 'Die Angabe, über die der Kanal kontaktiert, ist keine gültige Adresse oder Rufnummer',
    en: 'what the channel contacts is no valid address or number',
  },
  'invalid-field': {
    de: 'Eine Angabe ist zu lang, kein Text oder enthält Steuerzeichen',
    en: 'a field is too long, no text, or has a control character',
  },
  'ambiguous-field': {
    de: 'Die Zeile nennt dieselbe Angabe zweimal',
    en: 'the row has the same member twice',
  },
  'malformed-row': {
    de: 'Die Zeile ist kein JSON-Objekt',
    en: 'the line is no JSON object',
  },
  'wrong-length': {
    de: 'Die Zeile hat mehr oder weniger Zellen als die Kopfzeile',
    en: 'the row has more or fewer cells than the header',
  },
  'too-long': {
    de: 'Die Zeile ist länger, als eine Zeile sein darf',
    en: 'the row is longer than a row may be',
  },
  'too-many-identifiers': {
    de: 'Zeilen mit dieser Adresse nennen mehr weitere Kennungen, als zu einer Person passen',
    en: 'rows with this contact point name more further identifiers than one person may have',
  },
  duplicate: {
    de: 'Eine frühere Zeile nennt denselben Empfänger',
    en: 'an earlier row names the same recipient',
  },
} as const satisfies Record<string, LocalText>);
export type AsideCode = keyof typeof asideTexts;
export type InvalidCode = Exclude<AsideCode, 'duplicate'>;
