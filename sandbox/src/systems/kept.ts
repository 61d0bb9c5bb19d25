import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SftpFile } from './sftp-server.js';

/** A text that a stand-in makes once: it finds it again in its folder when it is started anew, as a real system finds its passwords. */
export function keptText(folder: string, name: string, make: () => string = () => randomBytes(18).toString('base64url')): string {
  const path = join(folder, name);
  if (existsSync(path)) return readFileSync(path, 'utf8');
  const text = make();
  writeWhole(path, Buffer.from(text));
  return text;
}

/** Writes a text in place of the one that was kept. */
export function keepText(folder: string, name: string, text: string): void {
  writeWhole(join(folder, name), Buffer.from(text));
}

/** A folder on disk that others put files into: what was put there is there after the server was killed. */
export class DropFolder {
  readonly #files = new Map<string, SftpFile>();

  constructor(private readonly path: string) {
    mkdirSync(path, { recursive: true });
    for (const name of readdirSync(path)) {
      if (!isName(name)) continue;
      const at = join(path, name);
      this.#files.set(name, { content: readFileSync(at), modified: statSync(at).mtime });
    }
  }

  files(): ReadonlyMap<string, SftpFile> {
    return this.#files;
  }

  put(name: string, content: Buffer): void {
    if (!isName(name)) return;
    writeWhole(join(this.path, name), content);
    this.#files.set(name, { content, modified: new Date() });
  }

  remove(name: string): void {
    rmSync(join(this.path, name), { force: true });
    this.#files.delete(name);
  }
}

const isName = (name: string): boolean => /^\w[\w.-]*$/.test(name) && !name.endsWith('.part');

/** The old one or the new one, never half of one, whenever the process is killed. */
function writeWhole(path: string, content: Buffer): void {
  writeFileSync(`${path}.part`, content, { mode: 0o600 });
  renameSync(`${path}.part`, path);
}
