import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Whom PostgreSQL runs as: ourselves, or an unprivileged account when we are root, because PostgreSQL refuses to run as root. */
export type OperatingUser = { readonly kind: 'SELF' } | { readonly kind: 'ACCOUNT'; readonly uid: number; readonly gid: number };

const ACCOUNTS = ['postgres', 'nobody'];

/** Chooses the operating user. Throws when we are root and no unprivileged account exists. */
export async function chooseOperatingUser(): Promise<OperatingUser> {
  if (process.getuid?.() !== 0) return { kind: 'SELF' };
  for (const account of ACCOUNTS) {
    const ids = await Promise.all([idOf('-u', account), idOf('-g', account)]).catch(() => undefined);
    if (ids) return { kind: 'ACCOUNT', uid: ids[0], gid: ids[1] };
  }
  throw new Error(`PostgreSQL does not run as root, and there is no account ${ACCOUNTS.join(' or ')} to run it as.`);
}

/** Whether the user can enter a folder, that is, may pass every folder on the way to it. */
export function canTraverse(folder: string, user: OperatingUser): boolean {
  if (user.kind === 'SELF') return true;
  for (let path = resolve(folder); ; path = dirname(path)) {
    const { mode, uid, gid } = statSync(path);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

async function idOf(flag: '-u' | '-g', account: string): Promise<number> {
  const { stdout } = await promisify(execFile)('id', [flag, account]);
  return Number(stdout.trim());
}
