import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CommandError } from '../../src/cli/command.js';
import { readGatewayOptions } from '../../src/cli/gateway/options.js';
import { startGeneric } from '../../src/cli/gateway/start.js';
import { documentHash, manifestText } from '../../src/trusted/manifest.js';
import { until } from '../setup/until.js';
import { startThirdParty, type ThirdParty } from './setup/third-party.js';

const command = fileURLToPath(new URL('../../../scripts/yichuang.mjs', import.meta.url));
const QUERY = '{ products { name reviews { stars } } }';
const ANSWER = {
  products: [
    { name: 'table', reviews: [{ stars: 1 }, { stars: 5 }] },
    { name: 'chair', reviews: [{ stars: 2 }, { stars: 5 }] },
  ],
};

// Two programs are started and one may have to be built first, on whatever machine this is.
jest.setTimeout(120_000);

let folder: string;
let thirdParty: ThirdParty;
let supergraph: string;
const running: ChildProcessWithoutNullStreams[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'generic-'));
  thirdParty = await startThirdParty();
  supergraph = join(folder, 'supergraph.graphql');
  await writeFile(supergraph, thirdParty.supergraphSdl);
});
afterAll(async () => {
  await thirdParty.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

interface Started {
  readonly url: string;
  readonly greeting: string;
  readonly child: ChildProcessWithoutNullStreams;
  ask(body: Record<string, unknown>): Promise<{ status: number; body: { data?: unknown; errors?: { extensions: { code: string } }[] } }>;
}

const environment = { ...process.env, NODE_OPTIONS: '' };

async function start(...args: string[]): Promise<Started> {
  const child = spawn(process.execPath, [command, 'gateway', '--port', '0', ...args], { env: environment });
  running.push(child);
  let out = '';
  const greeting = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        if (/^ {2}subgraphs .*\n/m.test(out)) resolve(out);
      });
    child.on('exit', () => {
      reject(new Error(`it ended: ${out}`));
    });
  });
  const url = /graphql +(http\S+)\/graphql/.exec(greeting)?.[1] ?? '';
  return {
    url,
    greeting,
    child,
    ask: async (body) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as { data?: unknown } };
    },
  };
}

describe('yichuang gateway', () => {
  it('answers from subgraphs of somebody else, reads a changed supergraph on SIGHUP, and is one process that ends in order', async () => {
    const moved = join(folder, 'moved.graphql');
    const elsewhere = thirdParty.supergraphSdl.replaceAll(/http:\/\/127\.0\.0\.1:\d+\/graphql/g, 'http://127.0.0.1:1/');
    await writeFile(moved, elsewhere);
    const at = Object.entries(thirdParty.urls).flatMap(([name, url]) => ['--subgraph', `${name}=${url}`]);
    const { ask, url, greeting, child } = await start('--supergraph', moved, ...at);
    expect(greeting).toMatch(
      /^Generic mode\. This is a third-party graph without access rules: whoever can reach this address may ask every field/m,
    );
    expect(greeting).toMatch(/executor +yichuang\n/);
    expect(greeting).toContain(thirdParty.urls.reviews);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(await ask({ query: QUERY })).toMatchObject({ status: 200, body: { data: ANSWER } });

    await writeFile(moved, elsewhere.replace('type Product\n', '"""Goods."""\ntype Product\n'));
    child.kill('SIGHUP');
    const described = async (): Promise<string> =>
      JSON.stringify((await ask({ query: '{ __type(name: "Product") { description } }' })).body);
    await until(async () => (await described()).includes('Goods.'));

    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    await expect(ask({ query: QUERY })).rejects.toThrow();
  });

  it("answers with Apollo's executor, and nothing but trusted documents, when told so", async () => {
    const manifests = join(folder, 'manifests');
    await mkdir(manifests);
    await writeFile(join(manifests, 'shop.json'), manifestText({ client: 'shop', documents: new Map([[documentHash(QUERY), QUERY]]) }));
    const only = ['--trusted-documents', manifests, '--only-trusted'];
    const { ask, greeting } = await start('--supergraph', supergraph, '--executor', 'apollo', ...only);
    expect(greeting).toMatch(/executor +apollo\n/);
    expect((await ask({ documentId: `sha256:${documentHash(QUERY)}` })).body.data).toEqual(ANSWER);
    expect((await ask({ extensions: { persistedQuery: { version: 1, sha256Hash: documentHash(QUERY) } } })).body.data).toEqual(ANSWER);
    expect((await ask({ query: QUERY })).body.data).toEqual(ANSWER);
    expect(await ask({ query: '{ products { upc } }' })).toMatchObject({
      status: 403,
      body: { errors: [{ extensions: { code: 'DOCUMENT_NOT_TRUSTED' } }] },
    });
    expect(await ask({ documentId: `sha256:${documentHash('{ a }')}` })).toMatchObject({
      status: 404,
      body: { errors: [{ extensions: { code: 'DOCUMENT_NOT_FOUND' } }] },
    });
  });

  it('ends with 2 and one sentence when it cannot begin', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const args = [command, 'gateway', '--supergraph', supergraph, '--port', String(port)];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: environment });
    other.close();
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe(`yichuang gateway: port ${port} of 127.0.0.1 is in use\n(yichuang gateway --help lists the options)\n`);
  });
});

describe('the generic mode does not begin', () => {
  const begin = async (...args: string[]): Promise<unknown> => {
    const options = readGatewayOptions(['--port', '0', ...args]);
    if (!options) throw new Error('these arguments ask for help');
    return startGeneric(options);
  };

  it('when the supergraph cannot be used', async () => {
    const plain = join(folder, 'plain.graphql');
    await writeFile(plain, 'type Query { a: Int }');
    const broken = join(folder, 'broken.graphql');
    await writeFile(broken, thirdParty.supergraphSdl.replace('type Product', 'type Produkt'));
    await expect(begin('--supergraph', join(folder, 'gone.graphql'))).rejects.toThrow(/gone\.graphql cannot be read \(ENOENT\)$/);
    await expect(begin('--supergraph', plain)).rejects.toThrow(/plain\.graphql is not a supergraph: it is a schema that was not composed/);
    await expect(begin('--supergraph', broken)).rejects.toThrow(/broken\.graphql cannot be served: /);
  });

  it('when a subgraph that is named does not exist, or has no address', async () => {
    await expect(begin('--supergraph', supergraph, '--subgraph', 'nobody=http://a.invalid')).rejects.toThrow(
      new CommandError('--subgraph nobody: there is no such subgraph, only products, reviews'),
    );
    const nowhere = join(folder, 'nowhere.graphql');
    await writeFile(nowhere, thirdParty.supergraphSdl.replace(thirdParty.urls.reviews, ''));
    await expect(begin('--supergraph', nowhere)).rejects.toThrow(
      new CommandError('the supergraph names no address of reviews: add --subgraph reviews=URL'),
    );
  });

  it('when the trusted documents are broken', async () => {
    const manifests = join(folder, 'broken-manifests');
    await mkdir(manifests);
    await writeFile(join(manifests, 'shop.json'), '{}');
    await expect(begin('--supergraph', supergraph, '--trusted-documents', manifests)).rejects.toThrow(/shop\.json: must be an object of/);
  });
});
