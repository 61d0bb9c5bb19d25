import { GraphQLError, Kind, parse, type ArgumentNode, type DocumentNode, type EnumTypeDefinitionNode } from 'graphql';

/** What a supergraph says of itself. */
export interface ThirdPartyGraph {
  /** An address may be missing, or may be one of the agency's own network. */
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  /** It says who may see what, in the way of this hub's own graph. */
  readonly declaresAccess: boolean;
}

const JOIN = 'https://specs.apollo.dev/join/';
const ACCESS = 'https://specs.yichuang.cn/access/';

/** @returns what the supergraph says, or why it is none */
export function readThirdPartyGraph(
  sdl: string,
): { readonly ok: true; readonly graph: ThirdPartyGraph } | { readonly ok: false; readonly reason: string } {
  let document: DocumentNode;
  try {
    document = parse(sdl);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { ok: false, reason: `it is not GraphQL (line ${error.locations?.[0]?.line ?? 1}: ${error.message})` };
  }
  const links = document.definitions.flatMap((node) =>
    node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION
      ? (node.directives ?? []).map((directive) => text(directive.arguments, 'url') ?? text(directive.arguments, 'feature') ?? '')
      : [],
  );
  if (!links.some((url) => url.startsWith(JOIN)))
    return { ok: false, reason: `it is a schema that was not composed: nothing links ${JOIN}` };
  const graphs = document.definitions.find(
    (node): node is EnumTypeDefinitionNode => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  );
  const subgraphs = (graphs?.values ?? []).map(({ name, directives }) => {
    const [directive] = directives ?? [];
    return { name: text(directive?.arguments, 'name') ?? name.value, url: text(directive?.arguments, 'url') ?? '' };
  });
  return { ok: true, graph: { subgraphs, declaresAccess: links.some((url) => url.startsWith(ACCESS)) } };
}

function text(args: readonly ArgumentNode[] | undefined, name: string): string | undefined {
  const value = args?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
