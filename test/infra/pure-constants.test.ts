import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { withPureConstants } from '../../infra/pure-constants.ts';

/** What is left of a module when a bundle needs one of its constants. */
async function leftOf(module: string, name: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `export { ${name} } from 'module';` },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    plugins: [
      {
        name: 'module',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^module$/ }, ({ path }) => ({ path, namespace: 'test' }));
          onLoad({ filter: /.*/, namespace: 'test' }, async () => ({
            contents: await withPureConstants(module),
          }));
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? '';
}

const MODULE = `const make = (value) => globalThis.made(value);
const inner = make("inner");
export const wanted = make({
  from: inner
});
export const other = make(() => {
  const own = make("other");
  return own;
});
const table = Object.freeze({ ...globalThis.rows });
export const listed = { ...table };
export function run() {
  return other;
}
`;

describe('the constants of a module', () => {
  it('are made once and as written where they are needed', async () => {
    const left = await leftOf(MODULE, 'wanted');
    expect(left).toContain('made');
    expect(left).toContain('"inner"');
    const run = left.replace(/export\s*\{.*/s, '');
    expect(run.match(/"inner"/g)).toHaveLength(1);
  });

  it('stay as they are beside a text of several lines', async () => {
    const text = 'a;\nconst b = made(1);\nconst c = 2;';
    const module = `export const wanted = made(\`${text}\`);
export const other = made("other");
`;
    expect(await withPureConstants(module)).toContain(`\`${text}\``);
    expect(await leftOf(module, 'wanted')).toContain('"other"');
  });

  it('are left out where nobody needs them', async () => {
    const left = await leftOf(MODULE, 'wanted');
    expect(left).not.toContain('"other"');
    expect(left).not.toContain('freeze');
    expect(await leftOf(MODULE, 'run')).toContain('"other"');
    expect(await leftOf(MODULE, 'listed')).toContain('freeze');
  });
});
