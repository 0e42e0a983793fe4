import { channels, type Channel } from '../../../shared/contract/vocabulary.ts';
import type { Jurisdiction, StatutoryBasis } from '../../../shared/policy/jurisdiction.ts';
import { jurisdictions } from '../../../shared/policy/jurisdictions/all.ts';
import {
  channelsInWords,
  groundsInWords,
  lawInWords,
  registerInWords,
  type RegisterAspect,
  type SaidPart,
} from './law-in-words.ts';
import { countries, countriesOf, lawRows, usualRow, type LawRow } from './law-rows.ts';
import { bullets, table } from './markdown.ts';
import {
  isMarked,
  marksOn,
  marksOnChannels,
  openPoints,
  pointInWords,
  type IsAbout,
} from './unverified.ts';

/** Parts of which a country may have several, each with a statement of its own. */
const lists: ReadonlySet<SaidPart> = new Set(['registers', 'windows', 'caps']);

/** A part of the law in all countries: country, from, until, value. */
export function lawTable(part: SaidPart): string {
  const rows = lawRows((version) => {
    const said = lawInWords[part](version);
    return said.map((text, place) => ({
      cells: [text],
      path: lists.has(part) ? `${part}/${place}` : part,
    }));
  });
  return valueTable(rows, marksOn(part));
}

/** What registers say of one question; marks on a period concern the age of results alone. */
export function registersTable(aspect: RegisterAspect): string {
  const about: IsAbout = (mark, version) =>
    marksOn('registers')(mark, version) &&
    (aspect !== 'entry' || !mark.path.endsWith('/validDays'));
  const rows = lawRows(({ registers }) =>
    registers.length === 0
      ? [{ cells: ['none'], path: 'registers' }]
      : registers.map((register, place) => ({
          cells: [registerInWords(register, aspect)],
          path: `registers/${place}`,
        })),
  );
  return valueTable(rows, about);
}

function valueTable(rows: readonly LawRow[], about: IsAbout): string {
  const cells = placed(rows, about).map(([place, row]) => [...place, ...row.cells]);
  return withNotes(table(['Country', 'From', 'Until', 'Value'], cells), about);
}

/** Grounds besides consent, by channel; with a ground, only where the law offers that one. */
export function groundsTable(only: StatutoryBasis | null): string {
  const channelsOf = (version: Jurisdiction) =>
    channels.filter((channel) => only === null || offers(version, channel).includes(only));
  const cells = sameChannels().flatMap((same) => {
    const [channel] = same;
    const rows = lawRows((version) =>
      channelsOf(version).includes(channel)
        ? [
            {
              cells: [
                groundsInWords(version, channel, 'private'),
                groundsInWords(version, channel, 'corporate'),
              ],
              path: 'channels',
            },
          ]
        : [],
    );
    const about = marksOnChannels(() => same);
    return placed(rows, about).map(([place, row]) => [
      channelsInWords(same),
      ...place,
      ...row.cells,
    ]);
  });
  const head = ['Channel', 'Country', 'From', 'Until', 'Private recipients', 'Businesses'];
  return withNotes(table(head, cells), marksOnChannels(channelsOf));
}

function offers(version: Jurisdiction, channel: Channel): readonly StatutoryBasis[] {
  const { private: people, corporate, exception } = version.channels[channel];
  return [people, corporate, exception?.private ?? [], exception?.corporate ?? []].flat();
}

/** Channels that have the same law in every country. */
function sameChannels(): readonly (readonly [Channel, ...Channel[]])[] {
  const groups = new Map<string, [Channel, ...Channel[]]>();
  for (const channel of channels) {
    const law = JSON.stringify(jurisdictions.map((version) => version.channels[channel]));
    const known = groups.get(law);
    if (known === undefined) groups.set(law, [channel]);
    else known.push(channel);
  }
  return [...groups.values()];
}

/** Country, from and until of each row; the value that most countries share comes last. */
function placed(
  rows: readonly LawRow[],
  about: IsAbout,
): readonly (readonly [place: readonly string[], row: LawRow])[] {
  const usual = usualRow(rows);
  const ordered = usual === null ? rows : [...rows.filter((row) => row !== usual), usual];
  return ordered.map((row) => {
    const name = nameOf(row, usual, rows) + markOf(row, about);
    return [[name, row.from ?? '–', row.until ?? '–'], row];
  });
}

function nameOf(row: LawRow, usual: LawRow | null, rows: readonly LawRow[]): string {
  const own = countriesOf(row);
  if (own.length === countries.length) return 'all countries';
  return row === usual && rows.length > 1 ? 'all others' : own.join(', ');
}

function markOf(row: LawRow, about: IsAbout): string {
  const marked = row.said.filter(({ version, path }) => isMarked(version, path, about));
  const open = [...new Set(marked.map(({ version }) => version.country))];
  if (open.length === 0) return '';
  return open.length === countriesOf(row).length
    ? ' (*unverified*)'
    : ` (*unverified:* ${open.join(', ')})`;
}

function withNotes(text: string, about: IsAbout): string {
  const points = openPoints(jurisdictions, about);
  if (points.length === 0) return text;
  const notes = points.map((point) => `*unverified,* ${point.country}, ${pointInWords(point)}`);
  return `${text}\n\n${bullets(notes)}`;
}
