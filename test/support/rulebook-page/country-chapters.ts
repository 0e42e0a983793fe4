import { channels, type Channel } from '../../../shared/contract/vocabulary.ts';
import type { Jurisdiction } from '../../../shared/policy/jurisdiction.ts';
import { jurisdictions } from '../../../shared/policy/jurisdictions/all.ts';
import {
  channelsInWords,
  groundsInWords,
  isLeftToPolicy,
  lawInWords,
  saidParts,
} from './law-in-words.ts';
import { anchorOf, bullets, capitalised, table, wordsFor } from './markdown.ts';
import { openPoints, pointInWords } from './unverified.ts';
import { countryNames, lawWords } from './words/law.ts';

function nameOf(country: string) {
  return wordsFor(countryNames, country, 'words/law.ts');
}

function headingOf({ country, validFrom, validTo }: Jurisdiction): string {
  const { en, de } = nameOf(country);
  const name = en === de ? en : `${en}, ${de}`;
  const from = validFrom === null ? '' : `, from ${validFrom}`;
  const until = validTo === null ? '' : `, until ${validTo}`;
  return `${name} (${country})${from}${until}`;
}

/** Every version with a link. */
export function countriesContents(): string {
  return jurisdictions
    .map((version) => `[${headingOf(version)}](${anchorOf(headingOf(version))})`)
    .join(' · ');
}

/** A section for each version of each country's law. */
export function countrySections(): readonly string[] {
  return jurisdictions.map((version) =>
    [
      `### ${headingOf(version)}`,
      groundsByChannel(version),
      bullets([...authorityLines(version), ...lawLines(version), ...clockLines(version)]),
      ...openList(version),
    ].join('\n\n'),
  );
}

/** What the channels need; those that need the same share a row. */
function groundsByChannel(version: Jurisdiction): string {
  const rows = new Map<string, { readonly words: readonly string[]; readonly on: Channel[] }>();
  for (const channel of channels) {
    const words = [
      groundsInWords(version, channel, 'private'),
      groundsInWords(version, channel, 'corporate'),
    ];
    const known = rows.get(words.join('\n'));
    if (known === undefined) rows.set(words.join('\n'), { words, on: [channel] });
    else known.on.push(channel);
  }
  return table(
    ['Channel', 'Private recipients', 'Businesses'],
    [...rows.values()].map(({ on, words }) => [capitalised(channelsInWords(on)), ...words]),
  );
}

function authorityLines({ authorities }: Jurisdiction): readonly string[] {
  const { electronic, phone, post } = authorities;
  return [`**Sources:** electronic messages: ${electronic}. Calls: ${phone}. Letters: ${post}.`];
}

function lawLines(version: Jurisdiction): readonly string[] {
  const own = saidParts.filter((part) => !isLeftToPolicy(version, part));
  const left = saidParts.filter((part) => isLeftToPolicy(version, part));
  const words = left.map((part) => `${lawWords[part].en} (${lawInWords[part](version).join()})`);
  return [
    ...own.map((part) => {
      const [first = '', ...others] = lawInWords[part](version);
      const title = `**${capitalised(lawWords[part].en)}:**`;
      if (others.length === 0) return `${title} ${first}`;
      return [title, ...[first, ...others].map((line) => `  - ${line}`)].join('\n');
    }),
    ...(left.length === 0 ? [] : [`**Not set by the country:** ${words.join('; ')}`]),
  ];
}

function clockLines({ timeZones, publicHolidays }: Jurisdiction): readonly string[] {
  const years = Object.keys(publicHolidays).sort();
  return [
    `**Clocks:** ${timeZones.join(', ')}. **Public holidays:** those of the whole country, from` +
      ` ${years[0]} to ${years.at(-1)}; in any other year every day counts as one.`,
  ];
}

function openList(version: Jurisdiction): readonly string[] {
  const points = openPoints([version], () => true);
  if (points.length === 0) return [];
  const lines = points.map((point, place) => `${place + 1}. ${pointInWords(point)}`);
  return ['*Unverified here:*', lines.join('\n')];
}

/** Every change between two versions of a country's law, newest last. */
export function changesByDate(): string {
  const changes = jurisdictions.flatMap((version, index) => {
    const before = jurisdictions[index - 1];
    const { country, validFrom } = version;
    if (before?.country !== country || validFrom === null) return [];
    return [{ on: validFrom, country, lines: changesBetween(before, version) }];
  });
  const ordered = changes.sort((left, right) => (left.on < right.on ? -1 : 1));
  return table(
    ['From', 'Country', 'What changed'],
    ordered.map(({ on, country, lines }) => [
      on,
      `${nameOf(country).en} (${country})`,
      lines.join('<br>'),
    ]),
  );
}

function changesBetween(before: Jurisdiction, after: Jurisdiction): readonly string[] {
  const change = (what: string, was: string, is: string) =>
    was === is ? [] : [`${what}: ${was} **→** ${is}`];
  const sides = [
    ['private', 'private recipients'],
    ['corporate', 'businesses'],
  ] as const;
  const grounds = channels.flatMap((channel) =>
    sides.flatMap(([side, who]) =>
      change(
        `${channelsInWords([channel])}, ${who}`,
        groundsInWords(before, channel, side),
        groundsInWords(after, channel, side),
      ),
    ),
  );
  const parts = saidParts.flatMap((part) =>
    change(
      lawWords[part].en,
      lawInWords[part](before).join('; '),
      lawInWords[part](after).join('; '),
    ),
  );
  const sources = [
    ...change(
      'source for electronic messages',
      before.authorities.electronic,
      after.authorities.electronic,
    ),
    ...change('source for calls', before.authorities.phone, after.authorities.phone),
    ...change('source for letters', before.authorities.post, after.authorities.post),
  ];
  return [...grounds, ...parts, ...sources];
}
