import { copyFile, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import * as z from 'zod';
import { functionNames, type FunctionName } from './functions.ts';
import { pureConstants } from './pure-constants.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * A function finds its credentials in its environment. The SDK's default chain also tries profiles,
 * single sign-on, web identities and instance metadata: 110 to 136 kB that never run in Lambda.
 */
const credentials = join(root, 'functions/lambda/environment-credentials.ts');

/**
 * The schemas of the S3 client use constants as computed keys (`{ [_hH]: _xarc }`), which no
 * bundler dares to drop; written out (`{ "httpHeader": _xarc }`) the schemas of the operations that
 * we never call go: 54 kB. Where a later client is written otherwise, nothing is replaced.
 */
const literalSchemaKeys: Plugin = {
  name: 'literal-schema-keys',
  setup({ onLoad }) {
    onLoad({ filter: /client-[\w-]+\/dist-es\/schemas\/schemas_0\.js$/ }, async ({ path }) => {
      const source = await readText(path);
      const declarations = source.matchAll(/^const (\w+) = ("[^"\\]*");$/gm);
      const constants = new Map([...declarations].map(([, name, text]) => [name, text]));
      const contents = source.replaceAll(
        /\[(\w+)\]: /g,
        (key, name: string) => `${constants.get(name) ?? key.slice(0, -2)}: `,
      );
      return { contents, loader: 'js' };
    });
  },
};

/** Of its package description a client of the SDK uses the version alone, for the user agent. */
const versionsOnly: Plugin = {
  name: 'versions-only',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/client-[\w-]+\/package\.json$/ }, async ({ path }) => {
      const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readText(path)));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** Place of the display formats in the description of a country's numbers. */
const FORMATS = 4;

/** The gate reads telephone numbers and never displays one: 50 kB of formats stay out. */
const numbersWithoutFormats: Plugin = {
  name: 'numbers-without-formats',
  setup({ onLoad }) {
    onLoad({ filter: /libphonenumber-js\/metadata\.min\.json\.js$/ }, async ({ path }) => {
      const json = await readText(path.replace(/\.js$/, ''));
      const Metadata = z.looseObject({ countries: z.record(z.string(), z.array(z.unknown())) });
      const metadata = Metadata.parse(JSON.parse(json));
      for (const numbers of Object.values(metadata.countries)) numbers[FORMATS] = 0;
      return { contents: `export default ${JSON.stringify(metadata)}`, loader: 'js' };
    });
  },
};

/**
 * Only the function that answers the OpenAPI document makes JSON schemas; in all others zod's code
 * for it (19 kB) is replaced by functions that refuse.
 */
const withoutJsonSchemas: Plugin = {
  name: 'without-json-schemas',
  setup({ onLoad }) {
    const filter = /zod\/v4\/core\/(to-json-schema|json-schema-processors)\.js$/;
    onLoad({ filter }, async ({ path }) => {
      const source = await readText(path);
      const names = [...source.matchAll(/^export (?:const|function) (\w+)/gm)].map(
        ([, name]) => name,
      );
      const refusal = "() => () => { throw new Error('no JSON schemas in this function'); }";
      const exports = names.map((name) => `export const ${name} = ${refusal};`);
      return { contents: exports.join('\n'), loader: 'js' };
    });
  },
};

/**
 * Event streams are answers of operations that the gate never calls (S3 Select); a client resolves
 * its settings for them when it is made, which is all that is left of them: 16 kB out.
 */
const withoutEventStreams: Plugin = {
  name: 'without-event-streams',
  setup({ onLoad }) {
    onLoad({ filter: /@smithy\/core\/dist-es\/submodules\/event-streams\/index\.js$/ }, () => ({
      contents: `
        const refuse = () => { throw new Error('no event streams in this function'); };
        export const resolveEventStreamSerdeConfig = (config) => config;
        export const eventStreamSerdeProvider = refuse;
        export class EventStreamSerde { constructor() { refuse(); } }
      `,
      loader: 'js',
    }));
  },
};

/** Endpoints follow from the region: what would remember discovered ones (8 kB) stays empty. */
const withoutEndpointDiscovery: Plugin = {
  name: 'without-endpoint-discovery',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/endpoint-cache\/dist-es\/EndpointCache\.js$/ }, () => ({
      contents: `
        export class EndpointCache {
          get() {}
          getEndpoint() {}
          set() {}
          delete() {}
          has() { return false; }
          clear() {}
        }
      `,
      loader: 'js',
    }));
  },
};

/**
 * No file of ours does anything when it is imported, and saying so lets the bundler drop the ports
 * that a function was not given together with their clients (45 kB where there are no files).
 */
const withoutSideEffects: Plugin = {
  name: 'without-side-effects',
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path),
      sideEffects: false,
    }));
  },
};

/**
 * The module build of the PDF library looks for its own files beside itself, which a bundle has
 * not; its CommonJS build does so only when it is asked for a standard font or a colour profile.
 */
const pdfLibrary = join(root, 'node_modules/pdfkit/js/pdfkit.js');

/** Only fonts of ours are embedded, as they are; those that a browser would unpack stay out. */
const withoutWebFonts: Plugin = {
  name: 'without-web-fonts',
  setup({ onLoad }) {
    onLoad({ filter: /\/brotli\/decompress\.js$/ }, () => ({
      contents: "module.exports = () => { throw new Error('no web fonts in this function'); };",
      loader: 'js',
    }));
  },
};

/** Where the fonts come from, and which of them. */
const fontFolder = join(root, 'node_modules/dejavu-fonts-ttf/ttf');
const fontNames = ['DejaVuSans', 'DejaVuSans-Bold'] as const;
const fontReader = 'functions/shell/documents/font-files.ts';

/** A bundle reads its fonts from beside itself: as text within the code they would be 2 MB. */
const fontsBeside: Plugin = {
  name: 'fonts-beside',
  setup({ onLoad }) {
    onLoad({ filter: /\/shell\/documents\/font-files\.ts$/ }, () => ({
      contents: `
        import { readFileSync } from 'node:fs';
        import { join } from 'node:path';
        export const fontNames = ${JSON.stringify(fontNames)};
        export const readFont = (name) => readFileSync(join(__dirname, name + '.ttf'));
      `,
      loader: 'js',
    }));
  },
};

/**
 * CommonJS, because the SDK as an ES module starts 20 to 40 ms slower; minified, because code is
 * read at every cold start; the SDK inside, so that what was tested is what runs.
 */
export const bundling = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  sourcemap: false,
  alias: { '@aws-sdk/credential-provider-node': credentials, pdfkit: pdfLibrary },
  plugins: [
    literalSchemaKeys,
    versionsOnly,
    numbersWithoutFormats,
    withoutEventStreams,
    withoutEndpointDiscovery,
    withoutWebFonts,
    fontsBeside,
    withoutSideEffects,
    pureConstants(root),
  ],
  absWorkingDir: root,
  logLevel: 'warning',
} satisfies BuildOptions;

export function entryOf(name: FunctionName): string {
  return join(root, 'functions/lambda', `${name}.ts`);
}

/** Where the bundle of a function lies below the directory that they are written to. */
export function bundleDirectory(directory: string, name: FunctionName): string {
  return join(directory, name);
}

/** Functions that need more of a library than the others. */
const withJsonSchemas: ReadonlySet<FunctionName> = new Set<FunctionName>(['operation']);

/** Bundles every function: `<directory>/<function>/index.js`. */
export async function bundleFunctions(directory: string) {
  const plain = functionNames.filter((name) => !withJsonSchemas.has(name));
  const plugins = [...bundling.plugins, withoutJsonSchemas];
  const runs = await Promise.all([
    bundleInto(directory, plain, { ...bundling, plugins }),
    bundleInto(directory, [...withJsonSchemas], bundling),
  ]);
  const outputs = runs.flatMap(({ metafile }) => Object.entries(metafile.outputs));
  await copyFonts(outputs);
  return {
    outputs,
    warnings: runs.flatMap(({ warnings }) => warnings),
  };
}

function bundleInto(directory: string, names: readonly FunctionName[], options: BuildOptions) {
  return build({
    ...options,
    entryPoints: names.map((name) => ({ in: entryOf(name), out: join(name, 'index') })),
    outdir: directory,
    metafile: true,
  });
}

/** Beside each bundle that reads fonts, and beside no other. */
async function copyFonts(outputs: readonly (readonly [string, Metafile['outputs'][string]])[]) {
  const readers = outputs.filter(([, { inputs }]) => Object.hasOwn(inputs, fontReader));
  await Promise.all(
    readers.flatMap(([file]) =>
      fontNames.map((name) => {
        const font = `${name}.ttf`;
        return copyFile(join(fontFolder, font), join(root, dirname(file), font));
      }),
    ),
  );
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8');
}
