import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AddressRules, parseNetwork, type Network } from '../../src/webhooks/addresses.js';
import { readDestination } from '../../src/webhooks/destination.js';
import { Messenger, type Attempt } from '../../src/webhooks/messenger.js';
import { ReceiverNames } from '../../src/webhooks/names.js';
import { startNameServer, type NameServer } from './setup/name-server.js';
import { Receiver } from './setup/receiver.js';

/** One address of this machine, so that others stand for what may not be sent to. */
const OWN: Network[] = ['127.0.0.1/32'].flatMap((text) => parseNetwork(text) ?? []);
const TIMEOUT_MS = 1_500;
const NEVER = new AbortController().signal;

describe('the way of a message to its receiver', () => {
  let receiver: Receiver;
  let names: NameServer;
  let messenger: Messenger;
  /** Addresses of every name. */
  let stands: (name: string) => readonly string[] | undefined;

  beforeEach(async () => {
    receiver = await new Receiver().start();
    stands = () => ['127.0.0.1'];
    names = await startNameServer((name) => stands(name));
    messenger = new Messenger(new ReceiverNames(new AddressRules(OWN), [names.at]), TIMEOUT_MS);
  });
  afterEach(async () => {
    await messenger.close();
    await receiver.stop();
    names.stop();
  });

  const post = (url: string): Promise<Attempt> => messenger.post(url, { 'webhook-id': '1' }, '{}', NEVER);
  const at = (host: string): string => `http://${host}:${receiver.port}/hook`;

  it('is taken with any status of 2xx, and says how long it took', async () => {
    receiver.reception = () => 202;
    expect(await post(receiver.url)).toMatchObject({ fault: undefined, status: 202 });
    expect(await post(at('receiver.example'))).toMatchObject({ fault: undefined, status: 202 });
    expect(receiver.had.map(({ headers }) => headers['webhook-id'])).toEqual(['1', '1']);
  });

  it('ends at an address that may not be sent to, whether named or written out in any way', async () => {
    stands = (name) => ({ 'inside.example': ['10.0.0.1'], 'cloud.example': ['169.254.169.254'], 'v6.example': ['0:0:0:0:0:0:0:1'] })[name];
    const hosts = [
      '127.0.0.2',
      '0x7f000002',
      '2130706434',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[64:ff9b::7f00:1]',
      'inside.example',
      'v6.example',
    ];
    for (const host of [...hosts, 'cloud.example']) expect([host, await post(at(host))]).toMatchObject([host, { fault: 'ADDRESS' }]);
    expect(receiver.had).toEqual([]);
  });

  it('ends where one of several addresses may not be sent to', async () => {
    stands = () => ['127.0.0.1', '127.0.0.2'];
    expect(await post(at('both.example'))).toMatchObject({ fault: 'ADDRESS' });
    stands = () => ['127.0.0.1', '0:0:0:0:0:ffff:7f00:1'];
    expect(await post(at('mapped.example'))).toMatchObject({ fault: 'ADDRESS' });
    expect(receiver.had).toEqual([]);
  });

  it('ends at the address that was checked, whatever the name stands for a moment later', async () => {
    // Something that must not be reached listens at the same port of another address of this machine.
    let reached = 0;
    const inside = createServer((socket) => {
      reached++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => inside.listen(receiver.port, '127.0.0.2', resolve));
    // Allowed at every other look.
    let looks = 0;
    stands = () => [looks++ % 4 < 2 ? '127.0.0.1' : '127.0.0.2'];
    const faults = new Set<string | undefined>();
    for (let i = 0; i < 12; i++) {
      // A connection of its own for every message.
      receiver.reception = (_, response) => {
        response.writeHead(204, { connection: 'close' }).end();
        return undefined;
      };
      faults.add((await post(at('rebinding.example'))).fault);
    }
    expect(reached).toBe(0);
    expect(faults.has('ADDRESS')).toBe(true);
    expect((inside.address() as AddressInfo).address).toBe('127.0.0.2');
    await new Promise((resolve) => inside.close(resolve));
  });

  it('does not go where a receiver says that it is now', async () => {
    const elsewhere = await new Receiver().start();
    receiver.reception = (_, response) => {
      response.writeHead(307, { location: elsewhere.url }).end();
      return undefined;
    };
    expect(await post(receiver.url)).toMatchObject({ fault: 'REDIRECT', status: 307 });
    expect(elsewhere.had).toEqual([]);
    await elsewhere.stop();
  });

  it('takes no longer than it may, where names, connections, answers or their ends do not come', async () => {
    const began = performance.now();
    stands = (name) => (name === 'silent.example' ? undefined : ['127.0.0.1']);
    receiver.reception = () => undefined;
    const [name, answer] = await Promise.all([post(at('silent.example')), post(receiver.url)]);
    expect([name.fault, answer.fault]).toEqual(['TIMEOUT', 'TIMEOUT']);
    // An answer without an end: it was taken all the same, and what it says nobody reads.
    receiver.reception = (_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'.repeat(1_000)), 1);
      response.on('close', () => {
        clearInterval(drip);
      });
      return undefined;
    };
    expect(await post(receiver.url)).toMatchObject({ fault: undefined, status: 200 });
    expect(performance.now() - began).toBeLessThan(TIMEOUT_MS * 10);
  });

  it('says that there is no connection, that the status is another, and when to come back', async () => {
    const gone = await new Receiver().start();
    const { url } = gone;
    await gone.stop();
    expect(await post(url)).toMatchObject({ fault: 'CONNECTION', status: undefined });
    receiver.reception = (_, response) => {
      response.writeHead(503, { 'retry-after': '120' }).end('busy');
      return undefined;
    };
    expect(await post(receiver.url)).toMatchObject({ fault: 'STATUS', status: 503, retryAfterS: 120 });
    expect(await messenger.post(url.replace('http:', 'https:'), {}, '{}', NEVER)).toMatchObject({ fault: 'CONNECTION' });
  });

  it('begins only at https, without names, passwords and fragments, unless http is allowed for development', () => {
    const refused = [
      ...['http://a.example/', 'ftp://a.example/', 'javascript:alert(1)', 'file:///etc/passwd', 'https://user:secret@a.example/', 'x'],
      ...['https://a.example/#here', 'https://user@a.example/', `https://a.example/${'x'.repeat(2_000)}`, 'https://', ''],
    ];
    expect(refused.filter((text) => readDestination(text, false))).toEqual([]);
    expect(readDestination('https://A.example:8443/hook?team=1', false)?.href).toBe('https://a.example:8443/hook?team=1');
    expect(readDestination('http://127.0.0.1:1/hook', true)?.href).toBe('http://127.0.0.1:1/hook');
  });
});
