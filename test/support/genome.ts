import fc from 'fast-check';
import { seeded } from './seeded.ts';

/**
 * The choices that a random case is made of. Each gene is a number, and the smaller it is, the
 * plainer is what is made of it: so a failing case shrinks towards a plain one.
 */
export interface Genome {
  /** The campaign, the controller, the policy and the instant. */
  readonly setting: readonly number[];
  /** What a property changes of them. */
  readonly variation: readonly number[];
  /** What is usually known of a person, and how the caller names the person. */
  readonly person: readonly number[];
  /** What else has happened, one list of genes for each event. */
  readonly events: readonly (readonly number[])[];
  /** What a property changes of the person. */
  readonly change: readonly number[];
}

const size = { setting: 32, variation: 32, person: 112, event: 28, change: 64 };
/** Beside what is usually known; more of them make nearly everybody refused for many reasons. */
const MOST_EVENTS = 7;
const GENE_VALUES = 2 ** 16;

type Draw = () => number;

/** Genes of one part from a seed and a number: the same for both, whatever was drawn before. */
export function drawsFrom(seed: number, number: number): Draw {
  const random = seeded(
    Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 1, 0xc2b2ae35),
  );
  return () => Math.floor(random() * GENE_VALUES);
}

/** How many genes of a hundred are the plain ones: else everybody is refused for many reasons. */
const plainness = [0, 50, 85, 95] as const;
/** Country, day, clock, channel and level, and which facts there are, are free of that. */
const FREE_GENES = 8;

function genesOf(draw: Draw, count: number, plain = 0, free = 0): readonly number[] {
  const genes = new Array<number>(count);
  for (let place = 0; place < count; place++) {
    const gene = draw();
    genes[place] = place >= free && plain > 0 && draw() % 100 < plain ? 0 : gene;
  }
  return genes;
}

/** The part that several runs share, because it is dear to prepare. */
export function drawSetting(draw: Draw): Pick<Genome, 'setting' | 'variation'> {
  const plain = plainness[draw() % plainness.length];
  return {
    setting: genesOf(draw, size.setting, plain, FREE_GENES),
    variation: genesOf(draw, size.variation),
  };
}

export function drawPerson(draw: Draw): Pick<Genome, 'person' | 'events' | 'change'> {
  const plain = plainness[draw() % plainness.length];
  const person = genesOf(draw, size.person, plain, FREE_GENES);
  const count = Math.min(draw() % (MOST_EVENTS + 1), draw() % (MOST_EVENTS + 1));
  const events: (readonly number[])[] = [];
  for (let place = 0; place < count; place++) events.push(genesOf(draw, size.event));
  return { person, events, change: genesOf(draw, size.change) };
}

const part = (length: number) => {
  const gene = fc.nat({ max: GENE_VALUES - 1 });
  return fc.tuple(...Array.from({ length }, () => gene));
};
const parts = fc.tuple(
  part(size.setting),
  part(size.variation),
  part(size.person),
  fc.array(part(size.event), { maxLength: MOST_EVENTS }),
  part(size.change),
);

/** Any genome; what fails is made plainer by leaving out events and by lowering genes. */
export const genomes: fc.Arbitrary<Genome> = parts.map(
  ([setting, variation, person, events, change]) => ({
    setting,
    variation,
    person,
    events,
    change,
  }),
  // An example that failed elsewhere can be shrunk as well.
  (value): [number[], number[], number[], number[][], number[]] => {
    if (!isGenome(value)) throw new Error('no genome');
    const { setting, variation, person, events, change } = value;
    return [
      [...setting],
      [...variation],
      [...person],
      events.map((event) => [...event]),
      [...change],
    ];
  },
);

function isGenome(value: unknown): value is Genome {
  return typeof value === 'object' && value !== null && 'setting' in value && 'change' in value;
}

/** Reads genes one after the other; the plain choice of every question is its first. */
export class Genes {
  readonly #values: readonly number[];
  #place = 0;

  constructor(values: readonly number[]) {
    this.#values = values;
  }

  next(): number {
    const value = this.#values[this.#place] ?? 0;
    this.#place += 1;
    return value;
  }

  below(count: number): number {
    return this.next() % count;
  }

  of<Option>(options: readonly [Option, ...Option[]]): Option {
    const found = options[this.next() % options.length];
    return found === undefined ? options[0] : found;
  }

  /** The first one so many times as often as each of the others. */
  often<Option>(times: number, first: Option, others: readonly Option[]): Option {
    const place = this.next() % (times + others.length);
    const found = place < times ? first : others[place - times];
    return found === undefined ? first : found;
  }

  /** True in so many of a hundred cases; the plain answer is no. */
  happens(percent: number): boolean {
    return this.next() % 100 >= 100 - percent;
  }

  /** True in so many of a hundred cases; the plain answer is yes. */
  usually(percent: number): boolean {
    return this.next() % 100 < percent;
  }
}

/** A list in which the first option stands so many times. */
export function mostly<Option>(
  times: number,
  first: Option,
  ...others: readonly Option[]
): readonly [Option, ...Option[]] {
  return [first, ...Array.from({ length: times - 1 }, () => first), ...others];
}
