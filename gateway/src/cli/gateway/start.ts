import { readFile } from 'node:fs/promises';
import { startGenericGateway } from '../../generic.js';
import type { RunningGateway } from '../../serving.js';
import { CommandError } from '../command.js';
import type { GatewayOptions } from './options.js';
import { readThirdPartyGraph, type ThirdPartyGraph } from './third-party.js';

/** How often the folder of trusted documents is looked at, ms. */
const TRUSTED_POLL_MS = 2_000;

/**
 * Starts the generic mode.
 * @throws CommandError when the supergraph cannot be read or served, an address is missing, or the port cannot be had
 */
export async function startGeneric(
  options: GatewayOptions,
): Promise<{ readonly gateway: RunningGateway; readonly graph: ThirdPartyGraph }> {
  const { supergraphFile, port, host, executor, trustedDocuments } = options;
  const sdl = await readFile(supergraphFile, 'utf8').catch((error: unknown) => {
    throw new CommandError(`${supergraphFile} cannot be read (${codeOf(error)})`);
  });
  const read = readThirdPartyGraph(sdl);
  if (!read.ok) throw new CommandError(`${supergraphFile} is not a supergraph: ${read.reason}`);
  const graph = withAddresses(read.graph, options.subgraphUrls);
  try {
    const gateway = await startGenericGateway({
      supergraphFile,
      port,
      host,
      executor,
      subgraphUrls: options.subgraphUrls,
      ...(trustedDocuments ? { trusted: { ...trustedDocuments, pollMs: TRUSTED_POLL_MS } } : {}),
    });
    return { gateway, graph };
  } catch (error) {
    throw new CommandError(explained(error, options), { cause: error });
  }
}

function withAddresses(graph: ThirdPartyGraph, stated: ReadonlyMap<string, string>): ThirdPartyGraph {
  const names = graph.subgraphs.map(({ name }) => name);
  for (const name of stated.keys())
    if (!names.includes(name)) throw new CommandError(`--subgraph ${name}: there is no such subgraph, only ${names.join(', ')}`);
  const subgraphs = graph.subgraphs.map(({ name, url }) => ({ name, url: stated.get(name) ?? url }));
  const lost = subgraphs.find(({ url }) => !URL.canParse(url));
  if (lost) throw new CommandError(`the supergraph names no address of ${lost.name}: add --subgraph ${lost.name}=URL`);
  return { ...graph, subgraphs };
}

function explained(error: unknown, { host, port }: GatewayOptions): string {
  const code = codeOf(error);
  if (code === 'EADDRINUSE') return `port ${port} of ${host} is in use`;
  if (code === 'EACCES') return `port ${port} of ${host} may not be used by this user`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} is no address of this machine`;
  return error instanceof Error ? error.message : 'unknown fault';
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}
