import { policyDefaults } from '../../../shared/contract/policy-overrides.ts';
import { channels, type Channel } from '../../../shared/contract/vocabulary.ts';
import type {
  ContactWindow,
  Jurisdiction,
  Register,
  StatutoryBasis,
} from '../../../shared/policy/jurisdiction.ts';
import { counted, listed, wordsFor } from './markdown.ts';
import { lawWords, registerNames, type LawPart } from './words/law.ts';
import {
  advertiserKindWords,
  basisWords,
  channelWords,
  recipientWords,
} from './words/vocabulary.ts';

/** Parts of the law that are said in sentences; grounds by channel have tables of their own. */
export type SaidPart = Exclude<LawPart, 'channels'>;

const { consent, ec, frequency, retention } = policyDefaults;

/** What a version of a country's law says of a part, one statement each. */
export const lawInWords: Readonly<Record<SaidPart, (version: Jurisdiction) => readonly string[]>> =
  {
    corporateTypes: (version) => [
      listed(version.corporateTypes.map((type) => recipientWords[type])),
    ],
    consentAge: (version) => [counted(version.consentAge, 'years')],
    existingCustomerMonths: (version) => [
      periodOf(version.existingCustomerMonths, ec.windowMonths, 'months'),
    ],
    existingCustomerClock: (version) => [
      version.existingCustomerClock === 'sale'
        ? 'from the sale'
        : 'from the sale, and anew from each message that was sent within the period',
    ],
    enquirySuffices: ({ enquirySuffices: kinds }) => [
      kinds.length === 0
        ? 'for nobody'
        : `for ${listed(kinds.map((kind) => advertiserKindWords[kind]))}`,
    ],
    dormancyMonths: (version) => [
      periodOf(version.dormancyMonths, consent.dormancyMonths, 'months'),
    ],
    inactivityMonths: (version) => [
      periodOf(version.inactivityMonths, retention.inactivityMonths, 'months'),
    ],
    prospectMonths: (version) => [
      periodOf(version.prospectMonths, retention.prospectMonths, 'months'),
    ],
    registers: ({ registers }) =>
      registers.length === 0 ? ['none'] : registers.map((each) => registerInWords(each, 'all')),
    windows: ({ windows }) => windows.map(windowInWords),
    caps: ({ caps }) =>
      caps.length === 0
        ? ["the policy's caps"]
        : caps.map(
            ({ max, rollingDays, channels: on, authority }) =>
              `at most ${counted(max, 'contacts')} in ${counted(rollingDays, 'days')} on` +
              ` ${channelsInWords(on)} [${authority}]`,
          ),
    refusalCooldown: ({ refusalCooldown: pause }) => [
      pause === null
        ? periodOf(null, frequency.refusalCooldownDays, 'days')
        : `${counted(pause.days, 'days')} on ${channelsInWords(pause.channels)}` +
          ` [${pause.authority}]`,
    ],
  };

export const isSaid = (part: string): part is SaidPart => Object.hasOwn(lawInWords, part);

/** The said parts in the order in which a reader asks for them. */
export const saidParts: readonly SaidPart[] = Object.keys(lawInWords).filter(isSaid);

/** Whether a country sets nothing of its own, so that the policy's number applies there. */
export function isLeftToPolicy(version: Jurisdiction, part: SaidPart): boolean {
  return version[part] === null || (part === 'caps' && version.caps.length === 0);
}

function periodOf(own: number | null, standard: number, unit: string): string {
  return own === null ? `the policy's ${counted(standard, unit)}` : counted(own, unit);
}

export type Side = 'private' | 'corporate';

/** What a channel needs for one kind of recipients. */
export function groundsInWords(version: Jurisdiction, channel: Channel, side: Side): string {
  const law = version.channels[channel];
  const usual = grounds(law[side]);
  const { exception } = law;
  if (exception === undefined || grounds(exception[side]) === usual) return usual;
  const kinds = listed(exception.advertiserKinds.map((kind) => advertiserKindWords[kind]));
  return `${usual}; for ${kinds}: ${grounds(exception[side])}`;
}

function grounds(bases: readonly StatutoryBasis[]): string {
  return bases.map((basis) => basisWords[basis]).join(', ') || 'consent only';
}

/** Channels by name; those that are the same in law have one name together. */
export function channelsInWords(some: readonly Channel[]): string {
  const left = new Set(some);
  const families: readonly (readonly [name: string, members: readonly Channel[]])[] = [
    ['all channels', channels],
    ['calls', ['PHONE_HUMAN', 'PHONE_AUTO']],
    ['messages to a phone number', ['SMS', 'MMS', 'MESSENGER']],
    ['push messages', ['PUSH_APP', 'PUSH_WEB']],
  ];
  const names: string[] = [];
  for (const channel of channels) {
    if (!left.has(channel)) continue;
    const family = families.find(
      ([, members]) => members.includes(channel) && members.every((member) => left.has(member)),
    );
    names.push(family?.[0] ?? channelWords[channel]);
    for (const member of family?.[1] ?? [channel]) left.delete(member);
  }
  return listed(names);
}

const recipientsOf = { private: 'private recipients', corporate: 'businesses', all: 'everybody' };

/** What a listing does, how old a result may be, or both. */
export type RegisterAspect = 'entry' | 'result' | 'all';

export function registerInWords(register: Register, aspect: RegisterAspect): string {
  const name = wordsFor(registerNames, register.register, 'words/law.ts');
  const entry = `an entry takes away ${barsInWords(register)}; ${overEntry[register.consent]}`;
  const says = {
    entry,
    result: resultInWords(register),
    all: `${resultInWords(register)}; ${entry}`,
  };
  return (
    `${name} (\`${register.register}\`), for ${channelsInWords(register.channels)} to` +
    ` ${recipientsOf[register.recipients]}: ${says[aspect]} [${register.authority}]`
  );
}

const overEntry = {
  prevails: 'a consent to this sender prevails',
  prevails_if_newer: 'only a consent that is newer than the entry prevails',
  barred: 'no consent prevails',
};

function barsInWords({ bars }: Register): string {
  return listed(bars.map((basis) => `“${basisWords[basis]}”`));
}

function resultInWords({ required, validDays }: Register): string {
  if (!required) return 'need not be asked, but a known entry counts';
  if (validDays === null) return 'must be asked';
  return `must be asked; a result holds ${counted(validDays, 'days')}`;
}

function windowInWords(window: ContactWindow): string {
  const holidays = window.publicHolidays === 'deny' ? ', never on public holidays' : '';
  const eve = window.eveAsSaturday ? ', the day before a public holiday as Saturday' : '';
  const consents = window.consentOverrides ? '; a consent overrides them' : '';
  const days = hoursByDays(window).join(', ');
  const to = `${channelsInWords(window.channels)}: ${days}${holidays}${eve}${consents}`;
  return `${to} [${window.authority}]`;
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Days in a row with the same hours are named once. */
function hoursByDays(window: ContactWindow): readonly string[] {
  const runs: { readonly first: number; last: number; readonly hours: string }[] = [];
  window.hours.forEach((spans, day) => {
    const hours = spans.map(([from, to]) => `${from} to ${to}`).join(' and ') || 'never';
    const run = runs.at(-1);
    if (run?.hours === hours) run.last = day;
    else runs.push({ first: day, last: day, hours });
  });
  return runs.map(({ first, last, hours }) => {
    const until = last === first ? '' : ` to ${weekdays[last]}`;
    return `${weekdays[first]}${until} ${hours}`;
  });
}

const channelNames: Readonly<Record<string, string>> = channelWords;
const partNames: Readonly<Record<string, { readonly en: string }>> = {
  ...lawWords,
  publicHolidays: { en: 'public holidays' },
  validFrom: { en: 'first day of this version' },
};

/** What the path of an unverified value points to: `registers/0/validDays` in words. */
export function placeInWords(version: Jurisdiction, path: string): string {
  const [part = '', name = '', detail] = path.split('/');
  if (part === 'channels' && name !== '') {
    const side = { corporate: ', businesses', private: ', private recipients' };
    const channel = wordsFor(channelNames, name, 'words/vocabulary.ts');
    return channel + (detail === undefined ? '' : wordsFor(side, detail, 'law-in-words.ts'));
  }
  const register = part === 'registers' ? version.registers[Number(name)] : undefined;
  if (register !== undefined) {
    const what = { validDays: ', period of a result' };
    const of = wordsFor(registerNames, register.register, 'words/law.ts');
    return of + (detail === undefined ? '' : wordsFor(what, detail, 'law-in-words.ts'));
  }
  const window = part === 'windows' ? version.windows[Number(name)] : undefined;
  if (window !== undefined) return `hours for ${channelsInWords(window.channels)}`;
  if (name !== '') throw new Error(`${version.country}: nothing is at \`${path}\``);
  return wordsFor(partNames, part, 'words/law.ts').en;
}
