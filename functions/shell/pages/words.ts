import type { ChannelGroup } from '../../../shared/contract/preferences.ts';
import type { Channel } from '../../../shared/contract/vocabulary.ts';
import type { Language } from '../../../shared/kernel/document.ts';
import type { EpochMs } from '../../../shared/kernel/instant.ts';
import { channelWords } from '../../../shared/rights/vocabulary-words.ts';
import type { Words } from './page.ts';

/** Channels as people tell them apart. */
export const groupWords: Readonly<Record<ChannelGroup['id'], Words>> = Object.freeze({
  email: { de: 'E-Mail', en: 'E-mail' },
  text: { de: 'SMS, MMS und Messenger', en: 'Text messages and messengers' },
  phone: { de: 'Telefon und Fax', en: 'Phone and fax' },
  post: { de: 'Briefe', en: 'Letters' },
  app: { de: 'Mitteilungen von Apps und im Browser', en: 'Notifications of apps and browsers' },
  social: { de: 'Soziale Netzwerke', en: 'Social networks' },
});

export function listed(channels: readonly Channel[], language: Language): string {
  return channels.map((channel) => channelWords[channel][language]).join(', ');
}

const locales: Words = { de: 'de-DE', en: 'en-GB' };

/** Date and time by the clock of the controller. */
export function momentOf(instant: EpochMs, timeZone: string, language: Language): string {
  const format = { dateStyle: 'long', timeStyle: 'short', timeZone } as const;
  return new Intl.DateTimeFormat(locales[language], format).format(instant);
}
