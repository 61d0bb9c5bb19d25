import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { SUPERGRAPH_FILE } from '@yichuang/schema';
import { CommandError } from '../../src/cli/command.js';
import { greeting } from '../../src/cli/gateway/greeting.js';
import { readGatewayOptions } from '../../src/cli/gateway/options.js';
import { readThirdPartyGraph } from '../../src/cli/gateway/third-party.js';

const SUPERGRAPH = ['--supergraph', 'graph.graphql'];

describe('the options of yichuang gateway', () => {
  it('have defaults for all but the supergraph', () => {
    expect(readGatewayOptions(SUPERGRAPH)).toEqual({
      supergraphFile: 'graph.graphql',
      port: 4000,
      host: '127.0.0.1',
      executor: 'yichuang',
      subgraphUrls: new Map(),
      trustedDocuments: undefined,
    });
    expect(readGatewayOptions(['--help'])).toBeUndefined();
  });

  it('are read as they are given', () => {
    const given = [
      '--port=0',
      '--host',
      '::1',
      '--executor',
      'apollo',
      '--subgraph',
      'a=http://a.invalid/x=1',
      '--subgraph',
      'b=https://b.invalid',
    ];
    expect(readGatewayOptions([...SUPERGRAPH, ...given, '--trusted-documents', 'docs', '--only-trusted'])).toEqual({
      supergraphFile: 'graph.graphql',
      port: 0,
      host: '::1',
      executor: 'apollo',
      subgraphUrls: new Map([
        ['a', 'http://a.invalid/x=1'],
        ['b', 'https://b.invalid'],
      ]),
      trustedDocuments: { folder: 'docs', mode: 'only' },
    });
  });

  it.each([
    [[], '--supergraph is missing'],
    [[...SUPERGRAPH, '--fast'], "Unknown option '--fast'"],
    [[...SUPERGRAPH, 'more'], "Unexpected argument 'more'"],
    [['--supergraph'], "Option '--supergraph <value>' argument missing"],
    [[...SUPERGRAPH, '--port', '65536'], '--port must be a whole number up to 65535'],
    [[...SUPERGRAPH, '--port', 'http'], '--port must be a whole number up to 65535'],
    [[...SUPERGRAPH, '--executor', 'rust'], '--executor must be yichuang or apollo'],
    [[...SUPERGRAPH, '--subgraph', 'a'], '--subgraph a is not NAME=URL with an http or https address'],
    [[...SUPERGRAPH, '--subgraph', 'a=ftp://a.invalid'], '--subgraph a=ftp://a.invalid is not NAME=URL with an http or https address'],
    [[...SUPERGRAPH, '--only-trusted'], '--only-trusted needs --trusted-documents'],
  ])('say what is wrong with %j', (args, sentence) => {
    expect(() => readGatewayOptions(args)).toThrow(new CommandError(sentence));
  });
});

describe('a supergraph', () => {
  const read = (sdl: string): unknown => {
    const graph = readThirdPartyGraph(sdl);
    return graph.ok ? graph.graph : graph.reason;
  };

  it('says where its subgraphs are, and whether it declares access rules', async () => {
    expect(read(await readFile(SUPERGRAPH_FILE, 'utf8'))).toMatchObject({
      declaresAccess: true,
      subgraphs: expect.arrayContaining([{ name: 'hrss', url: expect.any(String) }]),
    });
    const other = `schema @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
      enum join__Graph { A_1 @join__graph(name: "a-1", url: "http://a.invalid/") B @join__graph(name: "b", url: "") }`;
    expect(read(other)).toEqual({
      declaresAccess: false,
      subgraphs: [
        { name: 'a-1', url: 'http://a.invalid/' },
        { name: 'b', url: '' },
      ],
    });
  });

  it('is told from other files', () => {
    expect(read('type Query { a: Int }')).toMatch(/a schema that was not composed/);
    expect(read('extend schema @link(url: "https://specs.apollo.dev/federation/v2.9") type Query { a: Int }')).toMatch(/not composed/);
    expect(read('\n\nno')).toMatch(/not GraphQL \(line 3/);
    expect(read('')).toMatch(/not GraphQL/);
  });
});

describe('what is said at the start', () => {
  const options = readGatewayOptions([...SUPERGRAPH, '--executor', 'apollo']);
  if (!options) throw new Error('no options');

  it('is first of all that nobody watches over a graph without access rules', () => {
    const said = greeting('http://127.0.0.1:4000', options, {
      declaresAccess: false,
      subgraphs: [{ name: 'a', url: 'http://a.invalid/' }],
    });
    expect(said).toMatchInlineSnapshot(`
     "Generic mode. This is a third-party graph without access rules: whoever can reach this address may ask every field, and nothing is put on record.
       graphql    http://127.0.0.1:4000/graphql
       health     http://127.0.0.1:4000/health
       executor   apollo
       subgraphs  a http://a.invalid/
     "
    `);
  });

  it('is otherwise that its rules are kept', () => {
    const said = greeting('http://127.0.0.1:4000', options, { declaresAccess: true, subgraphs: [] });
    expect(said).toMatch(/^Generic mode\. The supergraph declares access rules, and they are kept: callers are anonymous/);
    expect(said).not.toContain('without access rules');
  });
});
