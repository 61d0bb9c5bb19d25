/**
 * Names of the interfaces that some subgraph knows as one object type (`@interfaceObject`): it tells the interface's name where others
 * tell what an object truly is.
 */
export function interfaceObjects(supergraphSdl: string): ReadonlySet<string> {
  const names = new Set<string>();
  if (!supergraphSdl.includes(MARK)) return names;
  for (const [, name = '', head = ''] of supergraphSdl.matchAll(INTERFACE)) if (head.includes(MARK)) names.add(name);
  return names;
}

const MARK = 'isInterfaceObject: true';

/** An interface up to its fields; field sets are texts that may hold braces of their own. */
const INTERFACE = /^interface (\w+)((?:[^"{]|"(?:[^"\\]|\\.)*")*)\{/gm;
