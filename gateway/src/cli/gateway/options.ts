import { CommandError, readArguments } from '../command.js';

export const GATEWAY_USAGE = `yichuang gateway --supergraph FILE [--port N]

Serves any Federation 2 supergraph: GraphQL at /graphql, health at /health. This mode is for graphs that are not the hub's own: there
are no tokens, purposes or records of access, and without access rules in the supergraph every field is open to whoever can reach it.

  --supergraph FILE          supergraph, read again when it changes and on SIGHUP
  --port N                   port, 0 for a free one; 4000 unless told otherwise
  --host ADDRESS             address to listen at; 127.0.0.1 unless told otherwise
  --executor NAME            yichuang, or apollo for Apollo's; yichuang unless told otherwise
  --subgraph NAME=URL        where a subgraph is, instead of what the supergraph says; may be repeated
  --trusted-documents FOLDER manifests of documents that clients may name
  --only-trusted             serves nothing but the documents of these manifests
`;

/** What `yichuang gateway` is to do. */
export interface GatewayOptions {
  readonly supergraphFile: string;
  readonly port: number;
  readonly host: string;
  readonly executor: 'yichuang' | 'apollo';
  /** Addresses that take the place of those in the supergraph, by name of subgraph. */
  readonly subgraphUrls: ReadonlyMap<string, string>;
  readonly trustedDocuments: { readonly folder: string; readonly mode: 'prefer' | 'only' } | undefined;
}

/**
 * @returns undefined when help was asked for
 * @throws CommandError for what it cannot do
 */
export function readGatewayOptions(args: readonly string[]): GatewayOptions | undefined {
  const values = readArguments(args, {
    help: { type: 'boolean', short: 'h' },
    supergraph: { type: 'string' },
    port: { type: 'string' },
    host: { type: 'string' },
    executor: { type: 'string' },
    subgraph: { type: 'string', multiple: true },
    'trusted-documents': { type: 'string' },
    'only-trusted': { type: 'boolean' },
  });
  if (values.help) return undefined;
  const { supergraph, port = '4000', host = '127.0.0.1', executor = 'yichuang' } = values;
  if (supergraph === undefined) throw new CommandError('--supergraph is missing');
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new CommandError('--port must be a whole number up to 65535');
  if (executor !== 'yichuang' && executor !== 'apollo') throw new CommandError('--executor must be yichuang or apollo');
  const folder = values['trusted-documents'];
  const only = values['only-trusted'] ?? false;
  if (only && folder === undefined) throw new CommandError('--only-trusted needs --trusted-documents');
  return {
    supergraphFile: supergraph,
    port: Number(port),
    host,
    executor,
    subgraphUrls: new Map((values.subgraph ?? []).map(subgraphUrl)),
    trustedDocuments: folder === undefined ? undefined : { folder, mode: only ? 'only' : 'prefer' },
  };
}

function subgraphUrl(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  const [name, url] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new CommandError(`--subgraph ${text} is not NAME=URL with an http or https address`);
  return [name, url];
}
