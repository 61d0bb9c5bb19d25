import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TrustedDocuments, type TrustMode } from './documents.js';
import { readManifest, type TrustedManifest } from './manifest.js';

/** Where the manifests lie and how far they are relied on. */
export interface TrustedSettings {
  readonly mode: TrustMode;
  /** Folder of manifests, one `.json` file per client; required for every mode but `off`. */
  readonly folder: string | undefined;
  /** How often the folder is looked at, ms. */
  readonly pollMs: number;
}

/** The manifests cannot be served; each problem names the file and, where it is one, the entry. */
export class TrustedDocumentsError extends Error {
  override readonly name = 'TrustedDocumentsError';

  constructor(readonly problems: readonly string[]) {
    super(`the trusted documents cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/** What became of a look at the folder; texts of problems name files and entries. */
export type TrustedReload =
  { readonly outcome: 'REPLACED' | 'SAME' } | { readonly outcome: 'KEPT_OLD'; readonly problems: readonly string[] };

/** The documents as the folder has them, until `close`. */
export interface TrustedFolder {
  /** Read it once per request: a replacement changes it between requests, never within one. */
  readonly current: TrustedDocuments;
  /** Looks at the folder now. */
  reload(): Promise<TrustedReload>;
  close(): void;
}

/**
 * Reads the manifests and goes on watching them. A change that cannot be served leaves the old documents in place.
 * @param reloaded told of every change, and once of every change that could not be served
 * @throws TrustedDocumentsError when what lies there at the start cannot be served
 */
export async function openTrustedFolder(settings: TrustedSettings, reloaded: (reload: TrustedReload) => void): Promise<TrustedFolder> {
  const { mode, folder, pollMs } = settings;
  if (mode === 'off') return fixed(new TrustedDocuments('off', []));
  if (folder === undefined) throw new TrustedDocumentsError([`the mode is ${mode}, and no folder of manifests is given`]);

  const first = await readFolder(folder, mode);
  if (!first.ok) throw new TrustedDocumentsError(first.problems);
  let current = new TrustedDocuments(mode, first.manifests);
  let seen = first.state;
  const look = async (): Promise<TrustedReload> => {
    const state = await stateOf(folder);
    if (state === seen) return { outcome: 'SAME' };
    const next = await readFolder(folder, mode);
    seen = next.state;
    if (next.ok) current = new TrustedDocuments(mode, next.manifests);
    const reload: TrustedReload = next.ok ? { outcome: 'REPLACED' } : { outcome: 'KEPT_OLD', problems: next.problems };
    reloaded(reload);
    return reload;
  };
  // One look at a time, so that an older look never replaces what a newer one read.
  let last: Promise<unknown> = Promise.resolve();
  const reload = (): Promise<TrustedReload> => {
    const next = last.then(look);
    last = next.catch(() => undefined);
    return next;
  };
  // The folder is polled: watchers do not see files on a network volume, nor ones that are replaced by renaming a link.
  const timer = setInterval(() => void reload(), pollMs).unref();
  return {
    get current() {
      return current;
    },
    reload,
    close: () => {
      clearInterval(timer);
    },
  };
}

function fixed(current: TrustedDocuments): TrustedFolder {
  return { current, reload: () => Promise.resolve({ outcome: 'SAME' }), close: () => undefined };
}

type ReadFolder = { readonly state: string } & (
  { readonly ok: true; readonly manifests: readonly TrustedManifest[] } | { readonly ok: false; readonly problems: readonly string[] }
);

async function readFolder(folder: string, mode: TrustMode): Promise<ReadFolder> {
  // Taken before reading: what changes meanwhile is seen as a change by the next look.
  const state = await stateOf(folder);
  const names = await namesIn(folder);
  if (!names) return { ok: false, state, problems: [`${folder} cannot be read as a folder`] };
  const problems: string[] = [];
  const manifests: TrustedManifest[] = [];
  const fileOf = new Map<string, string>();
  for (const name of names) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    const read = text === undefined ? { ok: false as const, problems: ['cannot be read'] } : readManifest(text);
    if (!read.ok) {
      problems.push(...read.problems.map((problem) => `${name}: ${problem}`));
      continue;
    }
    const other = fileOf.get(read.manifest.client);
    if (other !== undefined) problems.push(`${name}: the client ${read.manifest.client} has its manifest in ${other} already`);
    fileOf.set(read.manifest.client, name);
    manifests.push(read.manifest);
  }
  if (problems.length === 0 && mode === 'only' && manifests.every(({ documents }) => documents.size === 0))
    problems.push(`${folder} holds no document, and only trusted documents are to be served`);
  return problems.length > 0 ? { ok: false, state, problems } : { ok: true, state, manifests };
}

async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  const names = await readdir(folder).catch(() => undefined);
  return names?.filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort();
}

async function stateOf(folder: string): Promise<string> {
  const names = (await namesIn(folder)) ?? ['no folder'];
  const files = await Promise.all(
    names.map(async (name) => {
      const found = await stat(join(folder, name)).catch(() => undefined);
      return `${name} ${found?.ino ?? 0} ${found?.size ?? 0} ${found?.mtimeMs ?? 0} ${found?.ctimeMs ?? 0}`;
    }),
  );
  return files.join('\n');
}
