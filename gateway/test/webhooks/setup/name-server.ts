import { createSocket, type RemoteInfo } from 'node:dgram';

/** A name server on this machine that answers what a test tells it. */
export interface NameServer {
  /** Address with port. */
  readonly at: string;
  /** Names that were asked for, for IPv4. */
  readonly asked: string[];
  stop(): void;
}

const A = 1;
const AAAA = 28;
const NO_SUCH_NAME = 3;

/** Starts one. @param addressesOf IPv4 and IPv6 addresses of a name, at each time it is asked for; undefined: it never answers */
export async function startNameServer(addressesOf: (name: string) => readonly string[] | undefined): Promise<NameServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query: Buffer, from: RemoteInfo) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += length + 1;
    }
    const type = query.readUInt16BE(at + 1);
    const name = labels.join('.').toLowerCase();
    if (type === A) asked.push(name);
    const addresses = addressesOf(name);
    if (!addresses) return;
    const wanted = addresses.filter((address) => address.includes(':') === (type === AAAA));
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | (addresses.length === 0 ? NO_SUCH_NAME : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(wanted.length, 6);
    const answers = wanted.map((address) => {
      const bytes = bytesOf(address);
      const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, bytes.length]);
      return Buffer.concat([head, bytes]);
    });
    socket.send(Buffer.concat([header, query.subarray(12, at + 5), ...answers]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  return { at: `127.0.0.1:${port}`, asked, stop: () => void socket.close() };
}

/** IPv6 with all its groups. */
function bytesOf(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  return Buffer.from(
    address
      .split(':')
      .map((group) => group.padStart(4, '0'))
      .join(''),
    'hex',
  );
}
