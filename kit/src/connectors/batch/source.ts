import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import SftpClient from 'ssh2-sftp-client';
import { timeLimit } from '../time-limit.js';

/** A file as its folder lists it. */
export interface ListedFile {
  readonly name: string;
  readonly size: number;
  readonly modifiedMs: number;
}

/** A folder that is open for the length of one visit. */
export interface OpenFolder {
  /** @param below a folder inside it; the folder itself when absent */
  list(below?: string): Promise<readonly ListedFile[]>;
  /** Reads a whole file. */
  read(name: string): Promise<Buffer>;
  /** Writes a whole file. */
  write(name: string, content: Buffer): Promise<void>;
  /** How the file stands now: a file that is replaced while it is read does not stand as it was listed. */
  look(name: string): Promise<ListedFile>;
}

/** The folder a source puts its files into. */
export interface FileSource {
  /** Opens the folder for the length of `work`. @throws whatever the connection or the work fails with, and when the signal aborts. */
  visit(signal: AbortSignal, work: (folder: OpenFolder) => Promise<void>): Promise<void>;
}

/** A folder of this machine, mounted from wherever. @param url file: address of the folder, ends where `folder` begins */
export function mountedFolder(url: URL, folder: string): FileSource {
  const path = join(fileURLToPath(url), folder);
  const look = async (name: string): Promise<ListedFile> => {
    const { size, mtimeMs } = await stat(join(path, name));
    return { name, size, modifiedMs: mtimeMs };
  };
  return {
    async visit(signal, work) {
      signal.throwIfAborted();
      await work({
        list: async (below = '') => {
          const entries = await readdir(join(path, below), { withFileTypes: true });
          const files = entries.filter((entry) => entry.isFile());
          return Promise.all(files.map(async ({ name }) => ({ ...(await look(join(below, name))), name })));
        },
        read: (name) => readFile(join(path, name), { signal }),
        write: (name, content) => writeFile(join(path, name), content, { signal }),
        look,
      });
    },
  };
}

/**
 * A folder behind SFTP, one connection per visit.
 * @param url sftp://user:password@host:port
 * @param hostKey fingerprint of the only key the host may show, `SHA256:…` as ssh-keygen -l prints it
 */
export function sftpFolder(url: URL, hostKey: string, folder: string, connectMs: number): FileSource {
  const expected = Buffer.from(hostKey);
  const isHost = (key: Buffer): boolean => {
    const shown = Buffer.from(fingerprint(key));
    return shown.length === expected.length && timingSafeEqual(shown, expected);
  };
  return {
    async visit(signal, work) {
      // With a socket of our own, giving up closes the connection whatever state the protocol is in.
      const socket = await dial(url, connectMs, signal);
      const client = new SftpClient('batch', { error: ignore, end: ignore, close: ignore });
      const gaveUp = rejectionOf(signal);
      try {
        const visit = async (): Promise<void> => {
          await client.connect({
            sock: socket,
            username: decodeURIComponent(url.username),
            password: decodeURIComponent(url.password),
            readyTimeout: connectMs,
            hostVerifier: isHost,
          });
          await work(remote(client, folder));
        };
        await Promise.race([visit(), gaveUp.promise]);
      } finally {
        gaveUp.forget();
        socket.destroy();
      }
    },
  };
}

/** Fingerprint of a host key as OpenSSH prints it. */
function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function remote(client: SftpClient, folder: string): OpenFolder {
  const at = (name: string): string => `${folder}/${name}`;
  return {
    list: async (below) =>
      (await client.list(below === undefined ? folder : at(below)))
        .filter((entry) => entry.type === '-')
        .map((entry) => ({ name: entry.name, size: entry.size, modifiedMs: entry.modifyTime })),
    async read(name) {
      const content = await client.get(at(name));
      if (!Buffer.isBuffer(content)) throw new Error('the file did not come as bytes');
      return content;
    },
    async write(name, content) {
      await client.put(content, at(name));
    },
    async look(name) {
      const { size, modifyTime } = await client.stat(at(name));
      return { name, size, modifiedMs: modifyTime };
    },
  };
}

async function dial(url: URL, withinMs: number, given: AbortSignal): Promise<Socket> {
  given.throwIfAborted();
  const limit = timeLimit(withinMs, given);
  const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 22), noDelay: true });
  try {
    await once(socket, 'connect', { signal: limit.signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    limit.end();
  }
}

function rejectionOf(signal: AbortSignal): { readonly promise: Promise<never>; forget(): void } {
  const settle: { reject: (reason: unknown) => void } = { reject: ignore };
  const promise = new Promise<never>((_, reject) => {
    settle.reject = reject;
  });
  promise.catch(ignore);
  const abort = (): void => {
    settle.reject(signal.reason);
  };
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return {
    promise,
    forget: () => {
      signal.removeEventListener('abort', abort);
    },
  };
}

/** A broken connection also rejects the step that was under way, which is where it is dealt with. */
function ignore(): void {
  // Nothing to do.
}
