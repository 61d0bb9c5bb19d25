import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { documentHash, manifestText } from '../../src/trusted/manifest.js';
import { startTestHub, type Answered, type TestHub } from '../setup/hub.js';

const WHO = 'query who { viewer { role } }';
const ANSWER = { viewer: { role: 'ANONYMOUS' } };

describe('a hub that serves only trusted documents', () => {
  let folder: string;
  let hub: TestHub;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'manifests-'));
    await writeFile(join(folder, 'console.json'), manifestText({ client: 'console', documents: new Map([[documentHash(WHO), WHO]]) }));
    hub = await startTestHub({ TRUSTED_DOCUMENTS_DIR: folder, TRUSTED_DOCUMENTS: 'only' });
  });
  afterAll(async () => {
    await hub.close();
    await rm(folder, { recursive: true, force: true });
  });
  const answered = async (response: Response): Promise<Pick<Answered, 'status' | 'body'>> => ({
    status: response.status,
    body: (await response.json()) as Answered['body'],
  });
  const accept = { accept: 'application/graphql-response+json' };
  const get = async (parameters: Record<string, string>): Promise<Pick<Answered, 'status' | 'body'>> =>
    answered(await fetch(`${hub.gateway.url}/graphql?${new URLSearchParams(parameters).toString()}`, { headers: accept }));
  const post = async (body: object, headers: Record<string, string> = {}): Promise<Pick<Answered, 'status' | 'body'>> =>
    answered(
      await fetch(`${hub.gateway.url}/graphql`, {
        method: 'POST',
        headers: { ...accept, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    );
  const documentId = `sha256:${documentHash(WHO)}`;
  const extensions = { persistedQuery: { version: 1, sha256Hash: documentHash(WHO) } };

  it('answers one that is named, by POST and by GET, and one whose text is sent', async () => {
    for (const one of [await post({ documentId }), await post({ extensions }), await post({ query: WHO })])
      expect(one).toMatchObject({ status: 200, body: { data: ANSWER } });
    for (const one of [await get({ documentId }), await get({ extensions: JSON.stringify(extensions) })])
      expect(one).toMatchObject({ status: 200, body: { data: ANSWER } });
  });

  it('refuses every other, with one error', async () => {
    const untrusted = { status: 403, body: { errors: [{ extensions: { code: 'DOCUMENT_NOT_TRUSTED' } }] } };
    expect(await post({ query: '{ viewer { role } }' })).toMatchObject(untrusted);
    expect(await get({ query: '{ __schema { queryType { name } } }' })).toMatchObject(untrusted);
    const unknown = { status: 404, body: { errors: [{ extensions: { code: 'DOCUMENT_NOT_FOUND' } }] } };
    expect(await post({ documentId: `sha256:${documentHash('{ a }')}` })).toMatchObject(unknown);
    expect(await post({ documentId }, { 'graphql-client-name': 'another' })).toMatchObject(unknown);
    expect(await post({ documentId }, { 'yichuang-client': 'console' })).toMatchObject({ status: 200 });
  });

  it('takes no hash of a document for the number of a person', async () => {
    expect(await get({ documentId: `sha256:990000199001010017${'b'.repeat(46)}` })).toMatchObject({ status: 404 });
    const number = { status: 400, body: { errors: [{ extensions: { code: 'PERSONAL_DATA_IN_URL' } }] } };
    expect(await get({ documentId, variables: '{"number":"99000019900101001X"}' })).toMatchObject(number);
  });
});
