import { fromBase32, toBase32 } from '../kernel/base32.ts';
import { formatId, ID_BYTES, parseId } from '../kernel/ids.ts';

/** Where a decision stands in the log: run, page and place on the page, both from 0. */
export interface DecisionPlace {
  readonly run: string;
  readonly page: number;
  readonly place: number;
}

const BYTES = ID_BYTES + 6;

/** `dec_` and 36 characters: sorts by run, page and place, and is found without an index. */
export function decisionId({ run, page, place }: DecisionPlace): string {
  const bytes = Buffer.alloc(BYTES);
  const runBytes = parseId('run', run);
  if (runBytes === null) throw new Error('invariant broken: a run has an identifier');
  bytes.set(runBytes);
  bytes.writeUInt32BE(page, ID_BYTES);
  bytes.writeUInt16BE(place, ID_BYTES + 4);
  return `dec_${toBase32(bytes)}`;
}

/** Letters at the end of an id that say its place on the page, and nothing else. */
const PLACE_LETTERS = 4;
const placeEndings: string[] = [];

/** The ids of one page, for whoever writes them all: only their ends differ. */
export function decisionIdsOf({ run, page }: Omit<DecisionPlace, 'place'>) {
  const beginning = decisionId({ run, page, place: 0 }).slice(0, -PLACE_LETTERS);
  return (place: number): string => {
    const ending = (placeEndings[place] ??= decisionId({ run, page, place }).slice(-PLACE_LETTERS));
    return beginning + ending;
  };
}

export function parseDecisionId(text: string): DecisionPlace | null {
  if (!text.startsWith('dec_')) return null;
  const bytes = fromBase32(text.slice(4), BYTES);
  if (bytes === null) return null;
  const view = Buffer.from(bytes);
  return {
    run: formatId('run', bytes.subarray(0, ID_BYTES)),
    page: view.readUInt32BE(ID_BYTES),
    place: view.readUInt16BE(ID_BYTES + 4),
  };
}
