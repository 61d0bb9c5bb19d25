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
 * Joins the TypeScript sources of each program into one JavaScript file, and parts that it shares or loads later: it starts in half the
 * processor time of loading the sources one by one. Packages stay outside and are named by the file they are, so that nothing is searched
 * for at run time. The threads that the programs start are joined in the same way.
 * @param modules TypeScript files from the root of the repository
 * @returns the programs by module
 */
export async function buildPrograms(root: string, modules: readonly string[]): Promise<ReadonlyMap<string, Program>> {
  const threads = new Set<string>();
  const { metafile, outputFiles } = await joinSources(root, modules, threads);
  const started = threads.size > 0 ? await joinSources(root, [...threads], new Set()) : { outputFiles: [] };
  const files = [...started.outputFiles, ...outputFiles];
  const parts = files.filter(({ path }) => dirname(path) === outputOf(root, PARTS));
  // A program names its parts: they are there before it is.
  for (const { path, contents } of new Set([...parts, ...files])) await writeWhole(path, contents);
  return new Map(
    modules.map((module) => {
      const file = outputOf(root, module);
      return [module, { file, packages: packagesOf(metafile, relative(root, file)) }];
    }),
  );
}

/** The folder of what several programs share or load later. What a new build no longer needs stays: a process may yet load it. */
const PARTS = 'parts';

/** @param threads takes the modules of the threads that are started somewhere in the modules */
function joinSources(root: string, modules: readonly string[], threads: Set<string>) {
  return bundle({
    absWorkingDir: root,
    entryPoints: modules.map((module) => ({ in: module, out: module.replace(/\.ts$/, '') })),
    outdir: outputOf(root, ''),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is imported where it is needed stays a file of its own: joined, its packages would be loaded from the start.
    splitting: true,
    chunkNames: `${PARTS}/[name]-[hash]`,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@yichuang/source'],
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: 'silent',
    plugins: [packagesOutside, ownAddress(root, threads)],
  });
}

/** Where a module's program is written. */
function outputOf(root: string, module: string): string {
  return join(root, '.data', 'programs', module.replace(/\.ts$/, '.mjs'));
}

/** Another process may be loading the same program: it finds the old one or the new one, never half of one. */
async function writeWhole(file: string, contents: Uint8Array): Promise<void> {
  const beside = `${file}.${process.pid}.tmp`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(beside, contents);
  await rename(beside, file);
}

/** Packages an output loads from the start, through whatever parts it shares with others. */
function packagesOf({ outputs }: Metafile, output: string): readonly string[] {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const collect = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const { external, kind, path } of outputs[name]?.imports ?? []) {
      if (kind !== 'import-statement') continue;
      if (!external) collect(path);
      else if (path.startsWith('file:')) packages.add(path);
    }
  };
  collect(output);
  return [...packages];
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

/** How a module names the thread beside it that it starts. */
const THREAD = /new URL\('\.\/([\w-]+-thread\.ts)', import\.meta\.url\)/g;

/** A module that asks for its own address, to find a file beside it, gets that of its source; one that starts a thread, that of its program. */
const ownAddress = (root: string, threads: Set<string>): Plugin => ({
  name: 'own-address',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source
        .replaceAll(THREAD, (_, name: string) => {
          const module = relative(root, join(dirname(path), name));
          threads.add(module);
          return `new URL(${JSON.stringify(pathToFileURL(outputOf(root, module)).href)})`;
        })
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href));
      return { loader: 'ts', contents };
    });
  },
});
