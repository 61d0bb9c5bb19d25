import { hash } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { UsedGrants } from './spent-grants.js';

/** Grants whose lives end in one stretch of time lie together, and are forgotten together. */
const STRETCH_SECONDS = 60;
/** How long after the last of them has expired: the clocks of those who share the folder may differ. */
const KEPT_SECONDS = 600;

/**
 * Remembers which grants have been used, in a folder that all processes of an agency share: a local one, or one of a file system on which
 * a file that may not exist yet is made by one process only (as on NFS since version 3). A process that starts anew knows what was used
 * before.
 */
export class SpentInFolder implements UsedGrants {
  #begun = -Infinity;

  /** @param now milliseconds since 1970 */
  constructor(
    readonly folder: string,
    readonly now: () => number,
  ) {}

  /** @throws when it cannot be noted */
  async first(id: string, expires: number): Promise<boolean> {
    const stretch = Math.floor(expires / STRETCH_SECONDS);
    const place = join(this.folder, String(stretch));
    await mkdir(place, { recursive: true });
    if (stretch > this.#begun) {
      this.#begun = stretch;
      await this.#forget();
    }
    try {
      // The name is of our making, whatever the grant says. Made by the first, it is there for all others.
      const noted = await open(join(place, hash('sha256', id, 'hex')), 'wx');
      await noted.close();
      return true;
    } catch (error) {
      // What comes from the file system need not be an Error of this realm.
      if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST') return false;
      throw error;
    }
  }

  async #forget(): Promise<void> {
    const oldest = Math.floor((this.now() / 1_000 - KEPT_SECONDS) / STRETCH_SECONDS);
    const over = (await readdir(this.folder)).filter((name) => /^\d{1,12}$/.test(name) && Number(name) < oldest);
    await Promise.all(over.map((name) => rm(join(this.folder, name), { recursive: true, force: true })));
  }
}
