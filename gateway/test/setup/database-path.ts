import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** The way from a gateway to its database, on which a test can be in the way. */
export interface DatabasePath {
  /** Address of the database by this way. */
  readonly url: string;
  /** What the database notifies does not come through, and nobody says that a connection is lost. */
  holdNotifications(): void;
  letNotifications(): void;
  /** The database takes connections and never answers; nobody says that one is lost. */
  silence(): void;
  /** Connections that were taken during silences. */
  readonly inSilence: number;
  /** It answers again, over new connections: those from before and during the silence stay silent for good. */
  answer(): void;
  /** The database is away: connections are lost, and none can be made. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  stop(): Promise<void>;
}

/** Opens a way to the database with this `postgres://` address. */
export async function databasePath(database: string): Promise<DatabasePath> {
  const url = new URL(database);
  const { hostname, port } = url;
  const sockets = new Set<Socket>();
  /** From the database, where something is listened to. */
  const notifying = new Set<Socket>();
  /** Which no longer bring anything. */
  const silenced = new Set<Socket>();
  let silent = false;
  let inSilence = 0;
  let server: Server | undefined;

  const accept = (client: Socket): void => {
    if (silent) {
      inSilence++;
      keep(client);
      client.resume();
      return;
    }
    const behind = connect(Number(port), hostname);
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      keep(one);
      one.on('close', () => {
        notifying.delete(one);
        if (!silenced.has(one)) other.destroy();
      });
      one.on('data', (chunk) => {
        if (silenced.has(one)) return;
        if (chunk.includes('listen "')) notifying.add(other);
        other.write(chunk);
      });
    }
  };
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const open = async (at: number): Promise<number> => {
    const opened = (server = createServer(accept));
    await new Promise<void>((resolve, reject) => opened.once('error', reject).listen(at, '127.0.0.1', resolve));
    return (opened.address() as AddressInfo).port;
  };
  const cut = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    const closed = closing && new Promise((resolve) => closing.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };

  const own = await open(0);
  url.hostname = '127.0.0.1';
  url.port = String(own);
  return {
    url: url.href,
    holdNotifications: () => {
      for (const socket of notifying) socket.pause();
    },
    letNotifications: () => {
      for (const socket of notifying) socket.resume();
    },
    silence: () => {
      silent = true;
      for (const socket of sockets) silenced.add(socket);
    },
    get inSilence() {
      return inSilence;
    },
    answer: () => {
      silent = false;
    },
    cut,
    mend: async () => {
      await open(own);
    },
    stop: cut,
  };
}
