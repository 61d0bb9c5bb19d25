import type { GatewayOptions } from './options.js';
import type { ThirdPartyGraph } from './third-party.js';

/** What the command says once it listens: first of all that nobody watches over this graph, where that is so. */
export function greeting(
  url: string,
  { executor, trustedDocuments }: GatewayOptions,
  { declaresAccess, subgraphs }: ThirdPartyGraph,
): string {
  const rules = declaresAccess
    ? 'The supergraph declares access rules, and they are kept: callers are anonymous here, so what is not public is not answered.'
    : 'This is a third-party graph without access rules: whoever can reach this address may ask every field, and nothing is put on record.';
  const documents =
    trustedDocuments === undefined
      ? []
      : [['documents', `${trustedDocuments.folder}${trustedDocuments.mode === 'only' ? ', and nothing else is served' : ''}`] as const];
  const rows = [
    ['graphql', `${url}/graphql`] as const,
    ['health', `${url}/health`] as const,
    ['executor', executor] as const,
    ...documents,
    ['subgraphs', subgraphs.map((subgraph) => `${subgraph.name} ${subgraph.url}`).join(', ')] as const,
  ];
  return `Generic mode. ${rules}\n${rows.map(([name, what]) => `  ${name.padEnd(10)} ${what}\n`).join('')}`;
}
