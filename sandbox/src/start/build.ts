import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as bundle, type Metafile, type Plugin } from 'esbuild';

/** A program ready to run. */
export interface Program {
  /** JavaScript file. */
  readonly file: string;
  /** Modules of npm packages that the program imports first of all, as URLs. */
  readonly packages: readonly string[];
}

/**
 * Joins the TypeScript sources of each program into one JavaScript file, which starts in half the processor time of loading the sources
 * one by one. Packages stay outside and are named by the file they are, so that nothing is searched for at run time.
 * @param modules TypeScript files from the root of the repository
 * @returns the programs by module
 */
export async function buildPrograms(root: string, modules: readonly string[]): Promise<ReadonlyMap<string, Program>> {
  const outdir = join(root, '.data', 'programs');
  const { metafile, outputFiles } = await bundle({
    absWorkingDir: root,
    entryPoints: modules.map((module) => ({ in: module, out: module.replace(/\.ts$/, '') })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@yichuang/source'],
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: 'silent',
    plugins: [packagesOutside, ownAddress],
  });
  for (const { path, contents } of outputFiles) await writeWhole(path, contents);
  return new Map(
    modules.map((module) => {
      const file = join(outdir, module.replace(/\.ts$/, '.mjs'));
      return [module, { file, packages: packagesOf(metafile, relative(root, file)) }];
    }),
  );
}

/** Another process may be loading the same program: it finds the old one or the new one, never half of one. */
async function writeWhole(file: string, contents: Uint8Array): Promise<void> {
  const beside = `${file}.${process.pid}.tmp`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(beside, contents);
  await rename(beside, file);
}

function packagesOf(metafile: Metafile, output: string): readonly string[] {
  const imports = metafile.outputs[output]?.imports ?? [];
  return imports
    .filter(({ external, kind, path }) => external && kind === 'import-statement' && path.startsWith('file:'))
    .map(({ path }) => path);
}

/** Joined into the programs: what is of this repository, and typebox, whose hundreds of small files take 0.4 s in every process. */
function isJoined(path: string): boolean {
  return path.startsWith('@yichuang/') || path === 'typebox' || path.startsWith('typebox/');
}

const resolved = Symbol('resolved here');

/** Leaves packages where they are, named by the file they are. */
const packagesOutside: Plugin = {
  name: 'packages-outside',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (pluginData === resolved || kind === 'entry-point' || path.startsWith('node:') || isJoined(path)) return undefined;
      const found = await build.resolve(path, { importer, kind, resolveDir, pluginData: resolved });
      if (found.errors.length > 0) return { errors: found.errors };
      return found.external ? found : { path: pathToFileURL(found.path).href, external: true };
    });
  },
};

/** A module that asks for its own address, to find a file beside it, gets that of its source. */
const ownAddress: Plugin = {
  name: 'own-address',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return { loader: 'ts', contents: source.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)) };
    });
  },
};
