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
