import { connect, type Socket } from 'node:net';
import { until } from '../../setup/until.js';

/** A client on a bare socket: what it sends and what it gets are bytes. */
export class RawClient {
  received = '';
  /** Characters received, also those that were not kept. */
  length = 0;
  /** False: only the end of what is received is kept. */
  keeps = true;
  closed = false;
  readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.setEncoding('utf8');
    this.socket.on('data', (text: string) => {
      this.length += text.length;
      this.received = this.keeps ? this.received + text : (this.received + text).slice(-1_000);
    });
    this.socket.on('close', () => (this.closed = true));
    this.socket.on('error', () => undefined);
  }

  send(text: string): this {
    this.socket.write(text);
    return this;
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>>): this {
    const text = JSON.stringify(body);
    const lines = Object.entries({
      host: 'hub',
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      ...headers,
    });
    return this.send(`POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${text}`);
  }

  /** Waits until what was received holds a text. */
  async sees(text: string): Promise<void> {
    await until(() => this.received.includes(text) || this.closed);
    if (!this.received.includes(text)) throw new Error(`closed after: ${this.received}`);
  }

  /** The head of the response, and its body with the lengths of the chunks taken out. */
  get response(): { readonly head: string; readonly body: string } {
    const [head = '', ...rest] = this.received.split('\r\n\r\n');
    let chunks = rest.join('\r\n\r\n');
    let body = '';
    for (;;) {
      const [line = ''] = chunks.split('\r\n', 1);
      const length = Number.parseInt(line, 16);
      if (!(length > 0)) return { head, body };
      const text = Buffer.from(chunks).subarray(line.length + 2);
      body += text.subarray(0, length).toString();
      chunks = text.subarray(length + 2).toString();
    }
  }

  leave(): void {
    this.socket.destroy();
  }
}
