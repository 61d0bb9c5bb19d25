import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTrustedFolder, type TrustedFolder, type TrustedReload } from '../../src/trusted/folder.js';
import { documentHash, manifestText, readManifest } from '../../src/trusted/manifest.js';
import { readTrustedSettings } from '../../src/trusted/settings.js';

const WHO = 'query who { viewer { role } }';
const AGENCIES = 'query agencies { agencies { code } }';
const text = (client: string, ...texts: string[]): string =>
  manifestText({ client, documents: new Map(texts.map((document) => [documentHash(document), document])) });
const NEVER = 1_000_000;

let folder: string;
let opened: TrustedFolder | undefined;
const put = async (name: string, content: string): Promise<void> => {
  // As a deployment does it: the file is there whole, or not at all.
  await writeFile(join(folder, `${name}.new`), content);
  await rename(join(folder, `${name}.new`), join(folder, name));
};
const open = async (
  mode: 'prefer' | 'only' = 'prefer',
  pollMs = NEVER,
  reloaded: (reload: TrustedReload) => void = () => undefined,
): Promise<TrustedFolder> => (opened = await openTrustedFolder({ mode, folder, pollMs }, reloaded));
const knows = (trusted: TrustedFolder, document: string): boolean =>
  trusted.current.resolve({ documentId: `sha256:${documentHash(document)}` }).ok;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifests-'));
});
afterEach(async () => {
  opened?.close();
  opened = undefined;
  await rm(folder, { recursive: true, force: true });
});

describe('a folder of manifests', () => {
  it('is read at the start, files that are no JSON left aside', async () => {
    await put('console.json', text('console', WHO));
    await put('kiosk.json', text('kiosk', AGENCIES));
    await put('README.md', 'who may put files here');
    const trusted = await open();
    expect(trusted.current.documents().map(({ client }) => client)).toEqual(['console', 'kiosk']);
    expect(knows(trusted, AGENCIES)).toBe(true);
  });

  it.each<[string, string, RegExp]>([
    ['is not JSON', '{', /^console\.json: is not JSON$/],
    ['has another version', '{"version":2,"client":"console","documents":{}}', /console\.json: version must be 1/],
    ['names no client', '{"version":1,"client":"","documents":{}}', /console\.json: client must be a name/],
    ['has something else in it', '{"version":1,"client":"console","documents":{},"more":1}', /console\.json: must be an object of/],
    ['has no documents', '{"version":1,"client":"console"}', /console\.json: must be an object of/],
    ['names a document by something else', '{"version":1,"client":"console","documents":{"who":"{a}"}}', /the entry who is not named/],
    ['holds no text', `{"version":1,"client":"console","documents":{"${documentHash(WHO)}":7}}`, /the entry \w{64} must hold the text/],
    [
      'holds another text than its hash says',
      text('console', WHO).replace('viewer', 'owner'),
      new RegExp(`the entry ${documentHash(WHO)} holds another text, whose hash is ${documentHash(WHO.replace('viewer', 'owner'))}`),
    ],
    ['holds what is not GraphQL', text('console', 'query {'), /the entry \w{64} is not GraphQL: Syntax Error/],
    [
      'names a hash twice',
      text('console', WHO).replace('"documents": {', `"documents": {"${documentHash(WHO)}": "{ other }",`),
      /console\.json: \w{64} stands in it twice/,
    ],
  ])('stops the start when a manifest %s, and names it', async (_, content, problem) => {
    await put('console.json', content);
    await put('kiosk.json', text('kiosk', AGENCIES));
    await expect(open()).rejects.toMatchObject({ name: 'TrustedDocumentsError', problems: [expect.stringMatching(problem)] });
  });

  it('stops the start when two files are of one client, when it is not there, and when it has nothing that could be served', async () => {
    await expect(open('only')).rejects.toThrow(/holds no document/);
    await put('a.json', text('console', WHO));
    await put('b.json', text('console', AGENCIES));
    await expect(open()).rejects.toThrow(/b\.json: the client console has its manifest in a\.json already/);
    await expect(openTrustedFolder({ mode: 'prefer', folder: join(folder, 'gone'), pollMs: NEVER }, () => undefined)).rejects.toThrow(
      /gone cannot be read/,
    );
    await expect(openTrustedFolder({ mode: 'only', folder: undefined, pollMs: NEVER }, () => undefined)).rejects.toThrow(/no folder/);
  });

  it('is not needed when trusted documents are off', async () => {
    const trusted = await openTrustedFolder({ mode: 'off', folder: undefined, pollMs: NEVER }, () => undefined);
    expect(trusted.current.resolve({ query: '{ a }' })).toEqual({ ok: true, text: '{ a }' });
    expect(await trusted.reload()).toEqual({ outcome: 'SAME' });
  });
});

describe('a change of the folder', () => {
  it('is noticed by itself: a file that comes, changes and goes', async () => {
    await put('console.json', text('console', WHO));
    const reloads: TrustedReload[] = [];
    const waiting: (() => void)[] = [];
    const trusted = await open('prefer', 10, (reload) => {
      reloads.push(reload);
      waiting.shift()?.();
    });
    const change = async (made: Promise<void>): Promise<void> => {
      const noticed = new Promise<void>((resolve) => waiting.push(resolve));
      await made;
      await noticed;
    };
    await change(put('kiosk.json', text('kiosk', AGENCIES)));
    expect(knows(trusted, AGENCIES)).toBe(true);
    await change(put('kiosk.json', text('kiosk', WHO)));
    expect(knows(trusted, AGENCIES)).toBe(false);
    await change(rm(join(folder, 'console.json')));
    expect(trusted.current.documents().map(({ client }) => client)).toEqual(['kiosk']);
    expect(new Set(reloads.map(({ outcome }) => outcome))).toEqual(new Set(['REPLACED']));
  });

  it('that cannot be served leaves the old documents in place, is reported once, and is mended by the next', async () => {
    await put('console.json', text('console', WHO));
    const reloads: TrustedReload[] = [];
    const trusted = await open('only', NEVER, (reload) => reloads.push(reload));
    await put('console.json', text('console', WHO).replace('viewer', 'owner'));
    expect(await trusted.reload()).toMatchObject({ outcome: 'KEPT_OLD', problems: [expect.stringMatching(/^console\.json: the entry/)] });
    expect(await trusted.reload()).toEqual({ outcome: 'SAME' });
    expect(knows(trusted, WHO)).toBe(true);
    await rm(join(folder, 'console.json'));
    expect(await trusted.reload()).toMatchObject({ outcome: 'KEPT_OLD' });
    await put('console.json', text('console', AGENCIES));
    expect(await trusted.reload()).toEqual({ outcome: 'REPLACED' });
    expect([knows(trusted, WHO), knows(trusted, AGENCIES)]).toEqual([false, true]);
    expect(reloads.map(({ outcome }) => outcome)).toEqual(['KEPT_OLD', 'KEPT_OLD', 'REPLACED']);
  });
});

it('writes what it reads, whatever the order', () => {
  expect(text('console', WHO, AGENCIES)).toBe(text('console', AGENCIES, WHO));
  const read = readManifest(text('console', WHO, AGENCIES));
  expect(read.ok && [...read.manifest.documents.values()].sort()).toEqual([AGENCIES, WHO].sort());
});

describe('the settings', () => {
  const settings = (env: Record<string, string>): unknown => {
    const problems: string[] = [];
    const { mode } = readTrustedSettings(env, NEVER, problems);
    return problems.length > 0 ? problems : mode;
  };

  it('are off without a folder and prefer with one, unless they say otherwise', () => {
    expect(settings({})).toBe('off');
    expect(settings({ TRUSTED_DOCUMENTS_DIR: '/etc/documents' })).toBe('prefer');
    expect(settings({ TRUSTED_DOCUMENTS_DIR: '/etc/documents', TRUSTED_DOCUMENTS: 'only' })).toBe('only');
    expect(settings({ TRUSTED_DOCUMENTS_DIR: '/etc/documents', TRUSTED_DOCUMENTS: 'off' })).toBe('off');
  });

  it('name the variable that is at fault', () => {
    expect(settings({ TRUSTED_DOCUMENTS: 'yes' })).toEqual(['TRUSTED_DOCUMENTS must be off, prefer or only']);
    expect(settings({ TRUSTED_DOCUMENTS: 'only' })).toEqual(['TRUSTED_DOCUMENTS_DIR is not set, and TRUSTED_DOCUMENTS is only']);
  });
});
