import { parseArgs } from 'node:util';
import * as z from 'zod';

const Options = z.object({
  port: z.coerce.number().int().min(0).max(65_535),
  host: z.string().min(1),
  data: z.string().min(1),
  sample: z.boolean().nullable(),
  issuer: z.url().nullable(),
  audience: z.string().min(1),
  publicUrl: z.url({ protocol: /^https?$/ }).nullable(),
  allowPrivateCalls: z.boolean(),
  people: z.coerce.number().int().min(1).max(1_000_000),
});
export type Options = z.infer<typeof Options>;

export const usage = `npm start -- [--port 8080 | 0] [--data .gate] [--sample | --no-sample]
            [--people 12000] [--host 127.0.0.1] [--issuer URL] [--audience NAME]
            [--public-url URL] [--allow-private-calls]`;

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/** The command line; throws with a sentence that names the option. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      port: { type: 'string', default: '8080' },
      host: { type: 'string', default: '127.0.0.1' },
      data: { type: 'string', default: '.gate' },
      sample: { type: 'boolean' },
      issuer: { type: 'string' },
      audience: { type: 'string', default: 'campaign-compliance-gate' },
      'public-url': { type: 'string' },
      'allow-private-calls': { type: 'boolean', default: false },
      people: { type: 'string', default: '12000' },
    },
  });
  const parsed = Options.safeParse({
    ...values,
    sample: values.sample ?? null,
    issuer: values.issuer ?? null,
    publicUrl: values['public-url'] ?? null,
    allowPrivateCalls: values['allow-private-calls'],
  });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = issue?.path[0] === 'publicUrl' ? 'public-url' : String(issue?.path[0]);
    throw new Error(`\`--${name}\`: ${issue?.message ?? 'is not valid'}`);
  }
  const options = parsed.data;
  if (!LOOPBACK.has(options.host) && options.issuer === null) {
    throw new Error(
      '`--host`: the local tokens are for this machine alone; name an `--issuer` to be reachable',
    );
  }
  return options;
}
