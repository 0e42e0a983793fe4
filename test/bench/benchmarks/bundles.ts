import type { FunctionName } from '../../../infra/functions.ts';
import { atMost, type Benchmark } from '../benchmark.ts';
import { measureBundles } from '../bundles.ts';

const KILOBYTE = 1000;
const SIZE_KB = 500;
/** The rulebook, the law of its countries and the S3 client come on top. */
const DECIDING_SIZE_KB = 700;
const deciding: ReadonlySet<FunctionName> = new Set<FunctionName>([
  ...(['checks', 'evidence', 'worker-page-planned', 'worker-pages-decided'] as const),
  ...(['worker-contact-point-changed', 'worker-listing-changed'] as const),
  'worker-clearance-expired',
  // Whoever turns rows into keys has the numbering plans of all countries and reads from S3.
  ...(['worker-audience-uploaded', 'worker-import-started'] as const),
]);

/** Keys, decides, writes results to S3 and signs, all for small audiences in one request. */
const SUBMITTING_SIZE_KB = 800;

/** The PDF writer and its font engine on top: they are run when a document is asked for. */
const PRINTING_SIZE_KB = 1250;
const printing: ReadonlySet<FunctionName> = new Set<FunctionName>(['subjects', 'breaches']);

function sizeLimitOf(name: FunctionName): number {
  if (printing.has(name)) return PRINTING_SIZE_KB;
  if (name === 'campaigns') return SUBMITTING_SIZE_KB;
  return deciding.has(name) ? DECIDING_SIZE_KB : SIZE_KB;
}

/** What a cold start has to read and run. */
export const bundles: Benchmark = {
  name: 'bundles',
  about: 'size and load time of each Lambda function, bundled as it is deployed',
  run: async () => {
    const measured = await measureBundles();
    return {
      measured: true,
      figures: measured.flatMap(({ name, bytes, loadMsMedian }) => [
        {
          name,
          value: bytes / KILOBYTE,
          unit: 'kB',
          target: atMost(sizeLimitOf(name)),
        },
        { name: `${name}, load`, value: loadMsMedian, unit: 'ms' },
      ]),
      notes: ['load: from `require` to the handler in a fresh process of this machine'],
    };
  },
};
