import {
  allowCodes,
  denyCodeList,
  denyCodes,
  type AllowCode,
} from '../../../shared/contract/reason-codes.ts';
import { channels } from '../../../shared/contract/vocabulary.ts';
import { statutoryBases } from '../../../shared/policy/jurisdiction.ts';
import { capitalised, table } from './markdown.ts';
import { rulesGiving } from './rule-chapters.ts';
import { campaignFacts, personFacts, type FactWords } from './words/facts.ts';
import { lawWords } from './words/law.ts';
import {
  advertiserKindWords,
  basisMeanings,
  basisWords,
  channelMeanings,
  channelWords,
  consentFormWords,
  contentWords,
  evidenceMethodWords,
  groundMeanings,
  originWords,
  profilingLevelWords,
  recipientWords,
  saleStatusWords,
  transferWords,
} from './words/vocabulary.ts';

/** What a contact may stand on: the words of the tables, and the codes of decisions. */
export function groundsChapter(): readonly string[] {
  return [
    'Consent is a ground on every channel and in every country; the tables of the countries name' +
      ' only what is offered besides. “Consent only” means that nothing is.',
    table(
      ['In the tables', 'Meaning', 'Name'],
      statutoryBases.map((basis) => [
        capitalised(basisWords[basis]),
        basisMeanings[basis],
        `\`${basis}\``,
      ]),
    ),
    'An allowed contact carries one of these:',
    table(
      ['Ground', 'Meaning', 'Code'],
      entriesOf<AllowCode>(groundMeanings).map(([code, meaning]) => [
        `${capitalised(allowCodes[code].en)} · *${allowCodes[code].de}*`,
        meaning,
        `\`${code}\``,
      ]),
    ),
  ];
}

function entriesOf<Key extends string>(record: Readonly<Record<Key, string>>) {
  const isKey = (key: string): key is Key => Object.hasOwn(record, key);
  return Object.keys(record)
    .filter(isKey)
    .map((key) => [key, record[key]] as const);
}

/** The words of the rules and tables, with the names that the program has for them. */
export function wordsChapter(): readonly string[] {
  return [
    '### What a campaign says of itself',
    factTable(campaignFacts),
    '### What is on record about a person',
    factTable(personFacts),
    '### What the law of a country says',
    table(
      ['Words', 'Deutsch', 'Meaning', 'Name'],
      Object.entries(lawWords).map(([part, { en, de, meaning }]) => [
        en,
        de,
        meaning,
        `\`law.${part}\``,
      ]),
    ),
    '### Channels',
    table(
      ['Channel', 'Meaning', 'Name'],
      channels.map((channel) => [
        capitalised(channelWords[channel]),
        channelMeanings[channel],
        `\`${channel}\``,
      ]),
    ),
    '### Levels of profiling',
    wordTable(profilingLevelWords),
    '### Other words',
    ...otherWords.flatMap(([title, words]) => [`**${title}**`, wordTable(words)]),
  ];
}

const otherWords: readonly (readonly [title: string, words: Readonly<Record<string, string>>])[] = [
  ['Recipients', recipientWords],
  ['Advertisers', advertiserKindWords],
  ['Kinds of messages', contentWords],
  ['Forms of consent', consentFormWords],
  ['Methods of proof', evidenceMethodWords],
  ['Sales and similar dealings', saleStatusWords],
  ['Origins of data', originWords],
  ['Bases of transfers', transferWords],
];

function factTable(facts: Readonly<Record<string, FactWords>>): string {
  return table(
    ['Words', 'Deutsch', 'Meaning', 'Name'],
    Object.entries(facts).map(([name, { en, de, meaning }]) => [en, de, meaning, `\`${name}\``]),
  );
}

function wordTable(words: Readonly<Record<string, string>>): string {
  return table(
    ['Name', 'Meaning'],
    Object.entries(words).map(([name, meaning]) => [`\`${name}\``, meaning]),
  );
}

/** Every reason by its code, with the rules that give it. */
export function reasonIndex(): string {
  return table(
    ['Code', 'Text', 'Rule'],
    denyCodeList.map((code) => [
      `\`${code}\``,
      `${denyCodes[code].text.en} · *${denyCodes[code].text.de}*`,
      rulesGiving(code) || 'none: reserved, or for analyses of groups',
    ]),
  );
}
