import { encodePage } from '../../../shared/log/decision-page.ts';
import { atMost, type Benchmark, type Figure } from '../benchmark.ts';
import { pagesOf, putBytes } from '../logged-pages.ts';
import { prepareCampaign, sampleGate, type PreparedCampaign } from '../sample-gate.ts';
import { catalogue, newsletter, people } from '../sample-world.ts';
import { median } from '../statistics.ts';

const PEOPLE = 6000;
const SIZES = [1000, 100, 10, 1] as const;

/** DynamoDB counts a write in steps of this size. */
const WRITE_UNIT_BYTES = 1024;
/** Twelve write units per 1,000 decisions, less two for the directory of runs. */
const PAGE_UNITS = 10;

/** What a decision weighs in the log. */
export const log: Benchmark = {
  name: 'log',
  about: 'bytes per logged decision, keys from the whole key space, rulings of the sample',
  run: async () => {
    const some = people(PEOPLE);
    const world = await sampleGate(some);
    try {
      const email = await prepareCampaign(world, newsletter, some);
      const post = await prepareCampaign(world, catalogue, some);
      return {
        measured: true,
        figures: [...(await sizes('e-mail', email)), ...(await sizes('post', post))],
        notes: ['medians over the pages that the audience makes; a put is the row with its keys'],
      };
    } finally {
      world.close();
    }
  },
};

async function sizes(name: string, campaign: PreparedCampaign): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const size of SIZES) {
    const pages = pagesOf(campaign, size);
    const bytes = median(pages.map((page) => encodePage(page).length));
    const page = `${name}, page of ${size.toLocaleString('en')}`;
    figures.push({ name: `${page}, a decision`, value: bytes / size, unit: 'bytes' });
    if (size !== 1000) continue;
    const puts = await Promise.all(pages.map(putBytes));
    const rulings = pages.map(({ entries }) => distinct(entries.map(({ ruling }) => ruling)));
    figures.push(
      { name: `${page}, the put`, value: median(puts), unit: 'bytes' },
      {
        name: `${page}, the put`,
        value: Math.ceil(Math.max(...puts) / WRITE_UNIT_BYTES),
        unit: 'write units',
        target: atMost(PAGE_UNITS),
      },
      { name: `${page}, distinct rulings`, value: median(rulings), unit: '' },
    );
  }
  return figures;
}

function distinct(values: readonly unknown[]): number {
  return new Set(values.map((value) => JSON.stringify(value))).size;
}
