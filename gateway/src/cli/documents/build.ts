import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { manifestText, readManifest, type DocumentHash } from '../../trusted/manifest.js';
import { CommandError } from '../command.js';
import { readDocuments } from './client-documents.js';
import { readClientSchema, type ClientSchema } from './client-schema.js';
import { matchingFiles, shown } from './files.js';
import type { DocumentsOptions } from './options.js';
import { typedModule } from './typed-module.js';

/** What became of the files: written, up to date, stale when only checked, or not made because of problems. */
export type BuiltDocuments =
  | { readonly outcome: 'WRITTEN' | 'SAME' | 'STALE'; readonly files: readonly string[]; readonly operations: number }
  | { readonly outcome: 'PROBLEMS'; readonly problems: readonly string[] };

/**
 * Checks a client's documents and writes its manifest and its typed documents.
 * @param folder where relative paths begin
 * @throws CommandError when the schema cannot be read or no file matches
 */
export async function buildDocuments(options: DocumentsOptions, folder: string): Promise<BuiltDocuments> {
  const schema = await readSchema(resolve(folder, options.schema), options.schema);
  const paths = await matchingFiles(folder, options.documents);
  if (paths.length === 0) throw new CommandError(`no file matches ${options.documents.join(' ')}`);
  const texts = await Promise.all(paths.map(async (path) => ({ path, text: await readFile(resolve(folder, path), 'utf8') })));
  const read = readDocuments(texts, schema);
  if (!read.ok) return { outcome: 'PROBLEMS', problems: read.problems };

  const manifestFile = resolve(folder, options.manifest, `${options.client}.json`);
  const kept = options.keep ? await documentsIn(manifestFile, options.client) : [];
  const documents = new Map<DocumentHash, string>([...kept, ...read.operations.map(({ hash, text }) => [hash, text] as const)]);
  const wanted = [
    { file: manifestFile, text: manifestText({ client: options.client, documents }) },
    { file: resolve(folder, options.out, `${options.client}.ts`), text: await typedModule({ ...options, ...read, schema }) },
  ];
  const stale: typeof wanted = [];
  for (const one of wanted) if ((await readFile(one.file, 'utf8').catch(() => undefined)) !== one.text) stale.push(one);
  if (!options.check)
    for (const { file, text } of stale) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  return {
    outcome: stale.length === 0 ? 'SAME' : options.check ? 'STALE' : 'WRITTEN',
    files: stale.map(({ file }) => shown(folder, file)),
    operations: read.operations.length,
  };
}

async function readSchema(file: string, given: string): Promise<ClientSchema> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) throw new CommandError(`${given} cannot be read`);
  try {
    return readClientSchema(text);
  } catch (error) {
    throw new CommandError(`${given} is no schema: ${error instanceof Error ? error.message : 'unknown fault'}`);
  }
}

async function documentsIn(file: string, client: string): Promise<readonly (readonly [DocumentHash, string])[]> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  const read = readManifest(text);
  if (!read.ok) throw new CommandError(`${file} cannot be kept: ${read.problems.join('; ')}`);
  if (read.manifest.client !== client) throw new CommandError(`${file} is of the client ${read.manifest.client}`);
  return [...read.manifest.documents];
}
