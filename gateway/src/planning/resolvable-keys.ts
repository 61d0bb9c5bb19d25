/**
 * A supergraph without the keys a subgraph cannot be asked by, where the subgraph has another for the same type. The planner goes back to
 * a subgraph by the first of its keys, also by one that cannot be resolved there.
 */
export function withResolvableKeys(supergraphSdl: string): string {
  if (!supergraphSdl.includes(UNRESOLVABLE)) return supergraphSdl;
  return supergraphSdl.replace(HEAD, (head) => {
    const open = new Set<string>();
    for (const [declaration] of head.matchAll(JOIN))
      if (KEY.test(declaration) && !declaration.includes(UNRESOLVABLE)) open.add(graphOf(declaration));
    return head.replace(JOIN, (declaration) => (declaration.includes(UNRESOLVABLE) && open.has(graphOf(declaration)) ? '' : declaration));
  });
}

const UNRESOLVABLE = 'resolvable: false';

/** A type up to its fields; field sets are texts that may hold braces of their own. */
const HEAD = /^(?:type|interface) \w+(?:[^"{]|"(?:[^"\\]|\\.)*")*\{/gm;
const JOIN = /@join__type\((?:[^")]|"(?:[^"\\]|\\.)*")*\)/g;
const KEY = /\bkey: "/;

function graphOf(declaration: string): string {
  return /\bgraph: (\w+)/.exec(declaration)?.[1] ?? '';
}
