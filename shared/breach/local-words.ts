import { formatLocal } from '../kernel/calendar.ts';
import type { Language } from '../kernel/document.ts';
import type { EpochMs } from '../kernel/instant.ts';

const locales: Readonly<Record<Language, string>> = { de: 'de-DE', en: 'en-GB' };

/**
 * An instant as people write it, to the second, with what the clocks of the zone are ahead of UTC:
 * `25.10.2026, 02:30:00 (UTC+01:00)` is one instant, though its clock shows that time twice.
 */
export function localWords(at: EpochMs, timeZone: string, language: Language): string {
  const format = { dateStyle: 'medium', timeZone } as const;
  const day = new Intl.DateTimeFormat(locales[language], format).format(at);
  const local = formatLocal(at, timeZone);
  const [, time = '', ahead = ''] = /T(\d\d:\d\d:\d\d)(.+)$/.exec(local) ?? [];
  return `${day}, ${time} (UTC${ahead})`;
}

/** A place in a European act, as German lawyers cite it: `Art. 33 Abs. 3 lit. a`. */
export function lawWords(law: string, language: Language): string {
  if (language === 'en') return law;
  return law
    .replaceAll('Art. 4(12)', 'Art. 4 Nr. 12')
    .replaceAll(/\((\d+)\)/g, ' Abs. $1')
    .replaceAll(/\(([a-z])\)/g, ' lit. $1')
    .replaceAll(/ GDPR\b/g, ' DSGVO');
}

/**
 * What a computed scope proposes as categories of data: kinds of contact points, and categories of
 * the attributes that campaigns selected by (API 2). A person's own words stay as they are.
 */
const categories: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  email: { de: 'E-Mail-Adressen', en: 'e-mail addresses' },
  phone: { de: 'Telefonnummern', en: 'telephone numbers' },
  postal: { de: 'Postanschriften', en: 'postal addresses' },
  id: { de: 'Kundenkennungen', en: 'customer identifiers' },
  contact: { de: 'Kontaktdaten', en: 'contact data' },
  purchase_history: { de: 'Käufe', en: 'purchases' },
  browsing: { de: 'Surfverhalten', en: 'browsing behaviour' },
  location: { de: 'Standortdaten', en: 'location data' },
  payment: { de: 'Zahlungsdaten', en: 'payment data' },
  complaint: { de: 'Beschwerden', en: 'complaints' },
  support: { de: 'Anfragen an den Kundendienst', en: 'requests to customer service' },
  external_score: { de: 'Bewertungen von Auskunfteien', en: 'scores of credit agencies' },
  social: { de: 'Daten aus sozialen Netzwerken', en: 'data from social networks' },
  health: { de: 'Gesundheitsdaten', en: 'health data' },
};

const known = new Map(Object.entries(categories));

export function categoryWords(
  names: readonly string[] | undefined,
  language: Language,
): readonly string[] | undefined {
  return names?.map((name) => known.get(name)?.[language] ?? name);
}
