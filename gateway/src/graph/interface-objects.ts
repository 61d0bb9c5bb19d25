import type { Supergraph } from '@apollo/federation-internals';

/**
 * The interfaces that some subgraph knows as one object type (`@interfaceObject`): it tells the interface's name where others tell what an
 * object truly is. By name, with a field by which objects are looked up there; undefined where it takes several.
 */
export type InterfaceObjects = ReadonlyMap<string, string | undefined>;

/** Reads them in a supergraph. */
export function readInterfaceObjects({ schema }: Supergraph): InterfaceObjects {
  const found = new Map<string, string | undefined>();
  for (const { name, appliedDirectives } of schema.interfaceTypes()) {
    const joins = appliedDirectives
      .filter((directive) => directive.name === 'join__type')
      .map((directive): Readonly<Record<string, unknown>> => directive.arguments())
      .filter(({ isInterfaceObject }) => isInterfaceObject === true);
    if (joins.length === 0) continue;
    const keys = joins.map(({ key }) => key);
    found.set(
      name,
      keys.find((key): key is string => typeof key === 'string' && /^\w+$/.test(key)),
    );
  }
  return found;
}
