import {
  concatAST,
  GraphQLError,
  Kind,
  NoUnusedFragmentsRule,
  parse,
  print,
  Source,
  specifiedRules,
  validate,
  visit,
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from 'graphql';
import { ERROR_CATALOGUE } from '@yichuang/schema';
import { DEFAULT_LIMITS, exceededLimit } from '../../graph/limits.js';
import { documentHash, type DocumentHash } from '../../trusted/manifest.js';
import type { ClientSchema } from './client-schema.js';

/** One operation of a client with every fragment it needs. */
export interface ClientOperation {
  readonly name: string;
  readonly kind: OperationDefinitionNode['operation'];
  readonly text: string;
  readonly hash: DocumentHash;
}

/** The operations in the files' order, or what is wrong with them, each as `file:line:column what`. */
export type ReadDocuments =
  | { readonly ok: true; readonly document: DocumentNode; readonly operations: readonly ClientOperation[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads a client's files as one document: fragments may stand in another file than the operations that use them. */
export function readDocuments(files: readonly { readonly path: string; readonly text: string }[], schema: ClientSchema): ReadDocuments {
  const parsed: DocumentNode[] = [];
  const problems: string[] = [];
  for (const { path, text } of files) {
    try {
      // A file that holds nothing but comments is no mistake.
      if (text.replace(/#.*|[\s,\uFEFF]+/g, '') !== '') parsed.push(parse(new Source(text, path)));
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      problems.push(described(error));
    }
  }
  if (problems.length > 0) return { ok: false, problems };

  const document = concatAST(parsed);
  const errors = [
    ...document.definitions.filter(isNameless).map((node) => new GraphQLError('An operation must have a name.', { nodes: node })),
    ...validate(
      schema.schema,
      document,
      [...specifiedRules].filter((rule) => rule !== NoUnusedFragmentsRule && rule.name !== 'LoneAnonymousOperationRule'),
    ),
  ];
  if (errors.length > 0) return { ok: false, problems: errors.map(described) };

  const operations = operationsOf(document);
  for (const { node, text } of operations) {
    const exceeded = exceededLimit(parse(text), DEFAULT_LIMITS);
    if (exceeded) problems.push(described(new GraphQLError(`${exceeded}: ${ERROR_CATALOGUE[exceeded].meaning}`, { nodes: node })));
  }
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    document,
    operations: operations.map(({ node, text }) => ({
      name: node.name?.value ?? '',
      kind: node.operation,
      text,
      hash: documentHash(text),
    })),
  };
}

function isNameless(node: DefinitionNode): boolean {
  return node.kind === Kind.OPERATION_DEFINITION && node.name === undefined;
}

function described(error: GraphQLError): string {
  const [place] = error.nodes?.flatMap(({ loc }) => (loc ? [loc] : [])) ?? [];
  const source = place?.source ?? error.source;
  const [at] = error.locations ?? [];
  return `${source?.name ?? 'documents'}:${at?.line ?? 1}:${at?.column ?? 1} ${error.message}`;
}

function operationsOf(document: DocumentNode): readonly { readonly node: OperationDefinitionNode; readonly text: string }[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  return document.definitions.flatMap((node) => {
    if (node.kind !== Kind.OPERATION_DEFINITION) return [];
    const used = [...fragmentsOf(node, fragments, new Map()).values()].sort((one, other) => (one.name.value < other.name.value ? -1 : 1));
    return [{ node, text: [node, ...used].map((part) => print(part)).join('\n\n') }];
  });
}

function fragmentsOf(
  node: OperationDefinitionNode | FragmentDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  found: Map<string, FragmentDefinitionNode>,
): Map<string, FragmentDefinitionNode> {
  visit(node, {
    FragmentSpread: ({ name }) => {
      const fragment = fragments.get(name.value);
      if (!fragment || found.has(name.value)) return;
      found.set(name.value, fragment);
      fragmentsOf(fragment, fragments, found);
    },
  });
  return found;
}
