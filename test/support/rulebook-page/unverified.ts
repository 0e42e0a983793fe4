import type { Channel } from '../../../shared/contract/vocabulary.ts';
import type { Jurisdiction } from '../../../shared/policy/jurisdiction.ts';
import { placeInWords } from './law-in-words.ts';
import { listed } from './markdown.ts';

type Mark = Jurisdiction['unverified'][number];

/** Which marks a table is about. */
export type IsAbout = (mark: Mark, version: Jurisdiction) => boolean;

/** A value that counsel has to look at: once, however many places and versions it concerns. */
export interface OpenPoint {
  readonly country: string;
  readonly places: readonly string[];
  readonly note: string;
}

export function marksOn(part: string): IsAbout {
  return ({ path }) => path.split('/')[0] === part;
}

export function marksOnChannels(
  channelsOf: (version: Jurisdiction) => readonly Channel[],
): IsAbout {
  return ({ path }, version) => {
    const [part, channel] = path.split('/');
    const own = channelsOf(version);
    if (part !== 'channels' || own.length === 0) return false;
    return channel === undefined || own.some((each) => each === channel);
  };
}

/** Whether a statement of a version, at that path or around it, is marked. */
export function isMarked(version: Jurisdiction, path: string, isAbout: IsAbout): boolean {
  return version.unverified.some(
    (mark) => isAbout(mark, version) && (within(mark.path, path) || within(path, mark.path)),
  );
}

function within(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}/`);
}

/** What is marked in some versions, each note of a country once. */
export function openPoints(
  versions: readonly Jurisdiction[],
  isAbout: IsAbout,
): readonly OpenPoint[] {
  const points: { country: string; places: string[]; note: string }[] = [];
  for (const version of versions) {
    for (const mark of version.unverified.filter((each) => isAbout(each, version))) {
      const { country } = version;
      const known = points.find((point) => point.country === country && point.note === mark.note);
      const place = placeInWords(version, mark.path);
      if (known === undefined) points.push({ country, places: [place], note: mark.note });
      else if (!known.places.includes(place)) known.places.push(place);
    }
  }
  return points;
}

export function pointInWords({ places, note }: OpenPoint): string {
  return `${listed(places)}: ${note}`;
}
