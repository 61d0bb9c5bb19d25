/**
 * The interfaces that some subgraph knows as one object type (`@interfaceObject`): it tells the interface's name where others tell what an
 * object truly is.
 * @returns by name, a field by which objects are looked up there; undefined where it takes several
 */
export function interfaceObjects(supergraphSdl: string): ReadonlyMap<string, string | undefined> {
  const names = new Map<string, string | undefined>();
  if (!supergraphSdl.includes(MARK)) return names;
  for (const [, name = '', head = ''] of supergraphSdl.matchAll(INTERFACE))
    if (head.includes(MARK)) names.set(name, SINGLE_KEY.exec(head)?.[1]);
  return names;
}

const MARK = 'isInterfaceObject: true';

/** An interface up to its fields; field sets are texts that may hold braces of their own. */
const INTERFACE = /^interface (\w+)((?:[^"{]|"(?:[^"\\]|\\.)*")*)\{/gm;
const SINGLE_KEY = /key: "(\w+)", (?:\w+: \w+, )*isInterfaceObject: true/;
