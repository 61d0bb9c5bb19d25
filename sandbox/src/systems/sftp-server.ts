import { createHash, generateKeyPairSync, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { posix } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
// CommonJS package whose exports Node cannot all name.
import ssh2, { type Attributes, type SFTPWrapper } from 'ssh2';
import type { Fault } from './stand-in.js';

const { Server, utils } = ssh2;
const { STATUS_CODE } = utils.sftp;
const READ_ONLY: number = utils.sftp.OPEN_MODE.READ;
const WRITE: number = utils.sftp.OPEN_MODE.WRITE;

/** A file as it stands in a folder at this moment. */
export interface SftpFile {
  readonly content: Buffer;
  readonly modified: Date;
}

/** One folder of the server. */
export interface SftpFolder {
  /** The files that stand in it now, by name. */
  files(): ReadonlyMap<string, SftpFile>;
  /** Told when a file is opened, before it is served; the fault it meets, of which latency, hang and drop are shown here. */
  opening?(name: string): Fault | undefined;
  /** Takes a file that was written; absent where nobody may write. */
  put?(name: string, content: Buffer): void;
}

export interface RunningSftpServer {
  /** sftp://user:password@127.0.0.1:port */
  readonly url: string;
  /** The same for the other user. */
  readonly otherUrl?: string;
  readonly port: number;
  /** Fingerprint of the host key, SHA256:… as ssh-keygen -l prints it. */
  readonly hostKey: string;
  close(): Promise<void>;
}

export interface SftpServerOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Absolute path of a folder, without a slash at the end → the folder. */
  readonly folders: ReadonlyMap<string, SftpFolder>;
  /** Another user, with folders of their own. */
  readonly other?: { readonly user: string; readonly password: string; readonly folders: ReadonlyMap<string, SftpFolder> };
  /** PEM of a host key, to be the same host after a restart; a new one where none is given. */
  readonly hostKeyPem?: string;
}

/** A new host key for `startSftpServer`, as PEM. */
export function newHostKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' }).toString();
}

/** A real SFTP server on 127.0.0.1 that lets one user read, and another write where its folders take files. */
export async function startSftpServer(options: SftpServerOptions): Promise<RunningSftpServer> {
  const hostKeyPem = options.hostKeyPem ?? newHostKey();
  const hostKey = fingerprintOf(hostKeyPem);
  const sockets = new Set<Socket>();
  const closing = new AbortController();
  // Without waiting for more to send, or every answer would wait for the reader's delayed acknowledgement.
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // One protocol server per socket: so the socket is at hand that a drop has to tear.
    new Server({ hostKeys: [hostKeyPem] }, (connection) => {
      // A client that breaks off is its own business.
      connection.on('error', () => socket.destroy());
      let folders: ReadonlyMap<string, SftpFolder> = new Map();
      connection.on('authentication', (context) => {
        const known = [options, ...(options.other ? [options.other] : [])].find(({ user }) => same(context.username, user));
        if (context.method === 'password' && known && same(context.password, known.password)) {
          ({ folders } = known);
          context.accept();
        } else context.reject(['password']);
      });
      connection.on('session', (acceptSession) => {
        acceptSession().on('sftp', (acceptSftp) => {
          serve(acceptSftp(), folders, closing.signal, () => socket.destroy());
        });
      });
    }).injectSocket(socket);
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no TCP address.');
  return {
    port: address.port,
    url: urlOf(options, address.port),
    ...(options.other ? { otherUrl: urlOf(options.other, address.port) } : {}),
    hostKey,
    async close() {
      if (!server.listening) return;
      closing.abort();
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

const urlOf = ({ user, password }: { readonly user: string; readonly password: string }, port: number): string =>
  `sftp://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}`;

/** What a handle stands for: a file as it was when it was opened, one that is being written, or the names of a folder that are still to be told. */
type Opened =
  | { readonly file: SftpFile }
  | { readonly folder: string; names: readonly [string, SftpFile][] }
  | { readonly into: SftpFolder; readonly name: string; content: Buffer };
const MOST_BYTES = 4 << 20;

function serve(sftp: SFTPWrapper, folders: ReadonlyMap<string, SftpFolder>, closing: AbortSignal, drop: () => void): void {
  const handles = new Map<number, Opened>();
  let next = 0;
  const give = (request: number, opened: Opened): void => {
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(next);
    handles.set(next++, opened);
    sftp.handle(request, handle);
  };
  const opened = (handle: Buffer): Opened | undefined => (handle.length === 4 ? handles.get(handle.readUInt32BE()) : undefined);
  const find = (path: string): { readonly folder: SftpFolder; readonly name: string; readonly file: SftpFile } | undefined => {
    const { dir, base } = posix.parse(posix.normalize(path));
    const folder = folders.get(dir);
    const file = folder?.files().get(base);
    return folder && file ? { folder, name: base, file } : undefined;
  };
  const look = (request: number, path: string): void => {
    const found = find(path);
    if (found) sftp.attrs(request, fileAttributes(found.file));
    else if (isFolder(folders, path)) sftp.attrs(request, FOLDER_ATTRIBUTES);
    else sftp.status(request, STATUS_CODE.NO_SUCH_FILE);
  };

  sftp.on('REALPATH', (request, path) => {
    const filename = posix.resolve('/', path);
    sftp.name(request, [{ filename, longname: filename, attrs: FOLDER_ATTRIBUTES }]);
  });
  sftp.on('STAT', look);
  sftp.on('LSTAT', look);
  sftp.on('OPENDIR', (request, path) => {
    const folder = folders.get(posix.resolve('/', path));
    if (folder) give(request, { folder: path, names: [...folder.files()] });
    else sftp.status(request, STATUS_CODE.NO_SUCH_FILE);
  });
  sftp.on('READDIR', (request, handle) => {
    const folder = opened(handle);
    if (!folder || !('names' in folder)) {
      sftp.status(request, STATUS_CODE.FAILURE);
      return;
    }
    if (folder.names.length === 0) {
      sftp.status(request, STATUS_CODE.EOF);
      return;
    }
    const page = folder.names.slice(0, 100);
    folder.names = folder.names.slice(100);
    sftp.name(
      request,
      page.map(([filename, file]) => ({
        filename,
        longname: `-r--r--r-- 1 batch batch ${file.content.length} ${filename}`,
        attrs: fileAttributes(file),
      })),
    );
  });
  sftp.on('OPEN', (request, path, flags) => {
    const { dir, base } = posix.parse(posix.normalize(path));
    const into = folders.get(dir);
    if (into?.put && (flags & WRITE) !== 0) {
      const fault = into.opening?.(base);
      if (fault?.kind === 'hang') return;
      if (fault?.kind === 'drop') drop();
      else give(request, { into, name: base, content: Buffer.alloc(0) });
      return;
    }
    const found = find(path);
    if (!found || flags !== READ_ONLY) {
      sftp.status(request, found ? STATUS_CODE.PERMISSION_DENIED : STATUS_CODE.NO_SUCH_FILE);
      return;
    }
    const fault = found.folder.opening?.(found.name);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'drop') {
      drop();
      return;
    }
    const answer = (): void => {
      give(request, { file: found.file });
    };
    if (fault?.kind === 'latency') void delay(fault.milliseconds ?? 1000, undefined, { signal: closing }).then(answer, () => undefined);
    else answer();
  });
  sftp.on('FSTAT', (request, handle) => {
    const file = opened(handle);
    if (file && 'file' in file) sftp.attrs(request, fileAttributes(file.file));
    else sftp.status(request, STATUS_CODE.FAILURE);
  });
  sftp.on('READ', (request, handle, offset, length) => {
    const file = opened(handle);
    if (!file || !('file' in file)) sftp.status(request, STATUS_CODE.FAILURE);
    else if (offset >= file.file.content.length) sftp.status(request, STATUS_CODE.EOF);
    else sftp.data(request, file.file.content.subarray(offset, offset + length));
  });
  sftp.on('WRITE', (request, handle, offset, data) => {
    const written = opened(handle);
    if (!written || !('into' in written) || offset + data.length > MOST_BYTES) {
      sftp.status(request, STATUS_CODE.PERMISSION_DENIED);
      return;
    }
    const content = Buffer.alloc(Math.max(written.content.length, offset + data.length));
    written.content.copy(content);
    data.copy(content, offset);
    written.content = content;
    sftp.status(request, STATUS_CODE.OK);
  });
  sftp.on('FSETSTAT', (request, handle) => {
    const written = opened(handle);
    sftp.status(request, written && 'into' in written ? STATUS_CODE.OK : STATUS_CODE.PERMISSION_DENIED);
  });
  sftp.on('CLOSE', (request, handle) => {
    const written = opened(handle);
    if (written && 'into' in written) written.into.put?.(written.name, written.content);
    if (handle.length === 4) handles.delete(handle.readUInt32BE());
    sftp.status(request, STATUS_CODE.OK);
  });
  for (const change of ['SETSTAT', 'REMOVE', 'RMDIR', 'MKDIR', 'RENAME', 'SYMLINK', 'READLINK', 'EXTENDED']) {
    sftp.on(change, (request: number) => {
      sftp.status(request, STATUS_CODE.PERMISSION_DENIED);
    });
  }
}

const FOLDER_ATTRIBUTES: Attributes = { mode: 0o40555, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };

function fileAttributes(file: SftpFile): Attributes {
  const seconds = Math.floor(file.modified.getTime() / 1000);
  return { mode: 0o100444, uid: 0, gid: 0, size: file.content.length, atime: seconds, mtime: seconds };
}

function isFolder(folders: ReadonlyMap<string, SftpFolder>, path: string): boolean {
  const at = posix.resolve('/', path);
  return at === '/' || [...folders.keys()].some((folder) => folder === at || folder.startsWith(`${at}/`));
}

function same(shown: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(shown), digest(expected));
}

function fingerprintOf(pem: string): string {
  const key = utils.parseKey(pem);
  if (key instanceof Error) throw key;
  return `SHA256:${createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '')}`;
}
