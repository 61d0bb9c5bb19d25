import { createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** A message as a receiver had it. */
export interface Had {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The envelope. */
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly subject: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

/** What a receiver does with a message: gives a status, or takes the response into its own hands. */
export type Reception = (had: Had, response: ServerResponse) => number | undefined;

/** A receiver of webhooks on a real socket. */
export class Receiver {
  readonly had: Had[] = [];
  reception: Reception = () => 204;
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const had: Had = { path: request.url ?? '', headers: request.headers, body, event: JSON.parse(body) as Had['event'] };
      this.had.push(had);
      const status = this.reception(had, response);
      if (status !== undefined) response.writeHead(status).end();
    });
  });

  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  /** Steps of the events it had. */
  get steps(): unknown[] {
    return this.had.map(({ event }) => event.data['step']);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Whether the holder of a secret takes a message for genuine. */
export function isGenuine({ headers, body }: Had, secret: string): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

/** Whether who holds no secret takes a message for the hub's own to the endpoint of a verification key (signature v1a). */
export function isFromHub({ headers, body }: Pick<Had, 'headers' | 'body'>, verificationKey: string): boolean {
  const x = Buffer.from(verificationKey.slice('whpk_'.length), 'base64').toString('base64url');
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
  const signed = Buffer.from(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`);
  return String(headers['webhook-signature'])
    .split(' ')
    .some((one) => one.startsWith('v1a,') && verify(null, signed, key, Buffer.from(one.slice('v1a,'.length), 'base64')));
}
