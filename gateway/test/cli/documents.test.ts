import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { SUPERGRAPH_FILE } from '@yichuang/schema';
import { buildDocuments, type BuiltDocuments } from '../../src/cli/documents/build.js';
import { readDocumentsOptions } from '../../src/cli/documents/options.js';
import { openTrustedFolder } from '../../src/trusted/folder.js';
import { documentHash } from '../../src/trusted/manifest.js';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const supergraph = fileURLToPath(SUPERGRAPH_FILE);
const exampleClient = fileURLToPath(new URL('client', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'documents-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ARGUMENTS = ['--documents', 'src/**/*.graphql', '--client', 'console', '--out', 'generated'];
const build = (args: readonly string[] = ['--schema', supergraph, ...ARGUMENTS]): Promise<BuiltDocuments> => {
  const options = readDocumentsOptions(args);
  if (!options) throw new Error('these arguments ask for help');
  return buildDocuments(options, folder);
};
const put = async (files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
};
const manifest = async (): Promise<Record<string, string>> => {
  const { documents } = JSON.parse(await readFile(join(folder, 'generated/console.json'), 'utf8')) as { documents: Record<string, string> };
  return documents;
};

const STRICT: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  types: [],
};
const librarySources = new Map<string, ts.SourceFile | undefined>();

/** What the TypeScript compiler says about a file of the client, as strict as it can be; each begins with the line. */
function typeErrors(text: string): string[] {
  const file = join(folder, 'use.ts');
  ts.sys.writeFile(file, text);
  const host = ts.createCompilerHost(STRICT);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) => {
    if (!name.includes('/typescript/lib/')) return read(name, ...rest);
    if (!librarySources.has(name)) librarySources.set(name, read(name, ...rest));
    return librarySources.get(name);
  };
  return ts.getPreEmitDiagnostics(ts.createProgram([file], STRICT, host)).map(({ file: at, start = 0, messageText }) => {
    const line = at ? at.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

const ASK = `
import type { TrustedDocument } from './generated/console';
declare function ask<Result, Variables>(document: TrustedDocument<Result, Variables>, variables: Variables): Promise<Result>;
`;

describe('the documents of a client', () => {
  beforeEach(() => cp(exampleClient, folder, { recursive: true }));

  it('become a manifest that the gateway serves: each operation with the fragments it needs, from whatever file', async () => {
    expect(await build()).toEqual({ outcome: 'WRITTEN', files: ['generated/console.json', 'generated/console.ts'], operations: 3 });
    const trusted = await openTrustedFolder({ mode: 'only', folder: join(folder, 'generated'), pollMs: 1_000_000 }, () => undefined);
    trusted.close();
    const names = trusted.current
      .documents()
      .map(({ text }) => [...text.matchAll(/^(?:query|fragment) (\w+)/gm)].map(([, name]) => name).join(' '));
    expect(names.sort()).toEqual(['enterpriseWindow', 'personWindow PensionRelations PersonHead RelationHead', 'whoAmI']);
  });

  it('become typed documents that carry the hash in the place of the text', async () => {
    await build();
    const module = await readFile(join(folder, 'generated/console.ts'), 'utf8');
    for (const [hash, text] of Object.entries(await manifest())) {
      expect(documentHash(text)).toBe(hash);
      expect(module).toContain(`id: 'sha256:${hash}'`);
    }
    expect(module).not.toContain('citizenByNumber(');
    expect(
      typeErrors(`${ASK}
import { personWindowDocument, enterpriseWindowDocument, whoAmIDocument, type PersonHeadFragment, type ViewerRole } from './generated/console';
export async function right(): Promise<readonly (string | null | undefined)[]> {
  const { citizenByNumber } = await ask(personWindowDocument, { number: '99000019900101001X' });
  const head: PersonHeadFragment | null = citizenByNumber;
  const relation = citizenByNumber?.pension?.relations?.[0];
  const kind: 'ORDINARY' | 'TEMPORARY' | null | undefined = relation?.accountKind;
  await ask(personWindowDocument, { number: '99000019900101001X', withPension: false });
  await ask(enterpriseWindowDocument, { creditCode: '91440101MA59XXXXXX', from: '2026-01' });
  const role: ViewerRole | undefined = (await ask(whoAmIDocument, {})).viewer?.role;
  return [head?.identity?.name, relation?.place, kind, role];
}
`),
    ).toEqual([]);
  });

  it('have types that let nobody ask or read wrongly', async () => {
    await build();
    const errors = typeErrors(`${ASK}import { personWindowDocument, enterpriseWindowDocument } from './generated/console';
void ask(personWindowDocument, {});
void ask(enterpriseWindowDocument, { creditCode: 7 });
void ask(personWindowDocument, { number: '1' }).then(({ citizenByNumber }) => citizenByNumber.id);
void ask(personWindowDocument, { number: '1' }).then(({ citizenByNumber }) => citizenByNumber?.identity?.sex);
void ask(personWindowDocument, { number: '1' }).then(({ citizenByNumber }) => citizenByNumber?.pension?.monthsPaid?.length);
`);
    expect(errors.map((error) => error.slice(0, 1))).toEqual(['5', '6', '7', '8', '9']);
    expect(errors.join('\n')).toMatch(
      /'number' is missing[^]*'number' is not assignable to type 'string'[^]*possibly 'null'[^]*'sex'[^]*'length'/,
    );
  });

  it('give the same bytes again, and a check that writes nothing finds them stale when they are', async () => {
    await build();
    expect(await build()).toMatchObject({ outcome: 'SAME' });
    const before = await readFile(join(folder, 'generated/console.json'), 'utf8');
    await put({ 'src/more.graphql': 'query more { agencies { code } }' });
    const stale = { outcome: 'STALE', files: ['generated/console.json', 'generated/console.ts'] };
    expect(await build(['--schema', supergraph, ...ARGUMENTS, '--check'])).toMatchObject(stale);
    expect(await readFile(join(folder, 'generated/console.json'), 'utf8')).toBe(before);
  });

  it('of an older build stay in the manifest when they are to be kept', async () => {
    await build();
    const older = Object.keys(await manifest());
    await rm(join(folder, 'src/person'), { recursive: true });
    await build(['--schema', supergraph, ...ARGUMENTS, '--keep']);
    expect(Object.keys(await manifest())).toEqual(older);
    await build();
    expect(Object.keys(await manifest())).toHaveLength(1);
  });

  it('can have their manifest written elsewhere', async () => {
    const built = await build(['--schema', supergraph, ...ARGUMENTS, '--manifest', 'deploy/documents']);
    expect(built).toMatchObject({ files: ['deploy/documents/console.json', 'generated/console.ts'] });
  });
});

describe('documents that are at fault are named by file, line and column', () => {
  it.each<[string, Record<string, string>, readonly string[]]>([
    [
      'what the graph does not have',
      {
        'src/a.graphql': 'query a {\n  viewer {\n    rolle\n  }\n}',
        'src/b.graphql': 'query b($n: Int) { citizenByNumber(number: $n) { id } }',
      },
      [
        'src/a.graphql:3:5 Cannot query field "rolle" on type "Viewer". Did you mean "role"?',
        'src/b.graphql:1:9 Variable "$n" of type "Int" used in position expecting type "CitizenNumber!".',
      ],
    ],
    ['what is not GraphQL', { 'src/a.graphql': 'query a {\n  viewer {' }, ['src/a.graphql:2:11 Syntax Error: Expected Name, found <EOF>.']],
    ['an operation without a name', { 'src/a.graphql': '{ viewer { role } }' }, ['src/a.graphql:1:1 An operation must have a name.']],
    [
      'one name twice',
      { 'src/a.graphql': 'query a { __typename }', 'src/b.graphql': '\nquery a { __typename }' },
      ['src/a.graphql:1:7 There can be only one operation named "a".'],
    ],
    ['a fragment that is nowhere', { 'src/a.graphql': 'query a { viewer { ...Gone } }' }, ['src/a.graphql:1:23 Unknown fragment "Gone".']],
    [
      'a question beyond the limits',
      { 'src/a.graphql': `query a {\n${Array.from({ length: 31 }, (_, i) => `a${i}: viewer { role }`).join('\n')}\n}` },
      ['src/a.graphql:1:1 QUERY_TOO_MANY_ALIASES: The document has more aliases than the limit.'],
    ],
  ])('%s', async (_, files, problems) => {
    await put(files);
    expect(await build()).toEqual({ outcome: 'PROBLEMS', problems });
  });
});

describe('other graphs', () => {
  it('are read from the schema clients see, with unions, mutations and types of scalars', async () => {
    await put({
      'api.graphql': `
        scalar Instant
        scalar Json
        interface Node { id: ID! }
        type Parcel implements Node { id: ID! weight: Float! sentAt: Instant }
        type Letter implements Node { id: ID! extra: Json }
        union Item = Parcel | Letter
        input Send { to: String! weight: Float }
        type Query { items: [Item!]! }
        type Mutation { send(input: Send!): Parcel }
      `,
      'src/a.graphql': `
        query items { items { __typename ... on Node { id } ... on Parcel { sentAt } ... on Letter { extra } } }
        mutation send($input: Send!) { send(input: $input) { id } }
      `,
    });
    expect(await build(['--schema', 'api.graphql', ...ARGUMENTS, '--scalar', 'Instant=string'])).toMatchObject({ operations: 2 });
    expect(
      typeErrors(`${ASK}
import { itemsDocument, sendDocument } from './generated/console';
void ask(itemsDocument, {}).then(({ items }) =>
  items.map((item) => {
    const extra: unknown = item.__typename === 'Letter' ? item.extra : undefined;
    const sentAt: string | null | undefined = item.__typename === 'Parcel' ? item.sentAt : undefined;
    return [item.id.length, sentAt, extra];
  }),
);
void ask(sendDocument, { input: { to: 'x' } });
`),
    ).toEqual([]);
  });

  it('are read from a supergraph of somebody else, @defer included', async () => {
    await put({
      'supergraph.graphql': `
        schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
        directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
        directive @join__graph(name: String!, url: String!) on ENUM_VALUE
        directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
        directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
        directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
        directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
        directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
        scalar join__FieldSet
        scalar link__Import
        enum join__Graph { A @join__graph(name: "a", url: "http://a.invalid/") }
        enum link__Purpose { SECURITY EXECUTION }
        type Query @join__type(graph: A) { item: Item }
        type Item @join__type(graph: A) { id: ID! slow: Int }
      `,
      'src/a.graphql': 'query item { item { id ... @defer(label: "later") { slow } } }',
    });
    expect(await build(['--schema', 'supergraph.graphql', ...ARGUMENTS])).toMatchObject({ outcome: 'WRITTEN', operations: 1 });
    const [text] = Object.values(await manifest());
    expect(text).toContain('@defer(label: "later")');
    expect(text).not.toContain('join__');
  });
});

it('finds files by pattern, and enters no node_modules', async () => {
  const query = (name: string): string => `query ${name} { viewer { role } }`;
  await put({
    'src/a.graphql': query('a'),
    'src/deep/er/b.gql': query('b'),
    'src/c.txt': query('c'),
    'src/node_modules/x/d.graphql': query('d'),
    'src/.cache/e.graphql': query('e'),
    'srcs/f.graphql': query('f'),
  });
  await symlink(join(folder, 'srcs/f.graphql'), join(folder, 'src/f.graphql'));
  const found = async (...patterns: string[]): Promise<string> => {
    const documents = patterns.flatMap((pattern) => ['--documents', pattern]);
    await build(['--schema', supergraph, ...documents, '--client', 'console', '--out', 'generated']);
    return Object.values(await manifest())
      .map((text) => /query (\w+)/.exec(text)?.[1])
      .sort()
      .join('');
  };
  expect(await found('src/**/*.graphql')).toBe('af');
  expect(await found('src/**/*.{graphql,gql}')).toBe('abf');
  expect(await found('src/*/??/*.gql', 'src/a.graphql', join(folder, 'src/a.graphql'))).toBe('ab');
  await expect(found('src/*.gql')).rejects.toThrow('no file matches src/*.gql');
});

describe('the command', () => {
  let client: string;
  beforeAll(async () => {
    client = await mkdtemp(join(tmpdir(), 'client-'));
    await cp(exampleClient, client, { recursive: true });
  });
  afterAll(() => rm(client, { recursive: true, force: true }));
  const run = (...args: string[]): { code: number | null; out: string; err: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(repository, 'scripts/yichuang.mjs'), 'documents', ...args], {
      cwd: client,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    return { code: status, out: stdout, err: stderr };
  };

  it('writes both files where it is called, and says so', () => {
    const written = run('--schema', supergraph, ...ARGUMENTS);
    expect(written).toEqual({ code: 0, out: '3 documents of console: wrote generated/console.json and generated/console.ts\n', err: '' });
  });

  it('ends with 1 when documents are at fault, and writes nothing', async () => {
    await writeFile(join(client, 'src/wrong.graphql'), 'query wrong { nothing }');
    const failed = run('--schema', supergraph, '--documents', 'src/**', '--client', 'other', '--out', 'generated');
    expect(failed).toMatchObject({ code: 1, out: '' });
    expect(failed.err).toBe('src/wrong.graphql:1:15 Cannot query field "nothing" on type "Query".\n1 problem; nothing was written\n');
    await expect(readFile(join(client, 'generated/other.json'))).rejects.toThrow();
  });

  it('ends with 2 and one sentence when it cannot begin', () => {
    expect(run('--frobnicate')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^yichuang documents: Unknown option '--frobnicate'\n/),
    });
    expect(run('--schema', 'gone.graphql', ...ARGUMENTS)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/gone.graphql cannot be read/),
    });
    expect(run('--help')).toMatchObject({ code: 0, out: expect.stringMatching(/--documents PATTERN/) });
  });
});
