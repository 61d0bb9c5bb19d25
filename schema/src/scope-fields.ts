import { Kind, parse, type ConstDirectiveNode } from 'graphql';

/** By scope, the fields it opens, as in `Pension.account`; a type that says it for all its fields stands by its name. */
export type ScopeFields = ReadonlyMap<string, readonly string[]>;

/** Reads from the SDL of all subgraphs which scope opens which fields. */
export function scopeFields(sdls: readonly string[]): ScopeFields {
  const found = new Map<string, Set<string>>();
  const add = (coordinate: string, directives: readonly ConstDirectiveNode[] = []): void => {
    for (const directive of directives) {
      const value = directive.arguments?.find(({ name }) => name.value === 'scope')?.value;
      if (directive.name.value !== 'access' || value?.kind !== Kind.STRING) continue;
      const fields = found.get(value.value) ?? new Set();
      found.set(value.value, fields.add(coordinate));
    }
  };
  for (const definition of sdls.flatMap((sdl) => parse(sdl).definitions)) {
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.OBJECT_TYPE_EXTENSION &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
    )
      continue;
    add(definition.name.value, definition.directives);
    for (const field of definition.fields ?? []) add(`${definition.name.value}.${field.name.value}`, field.directives);
  }
  return new Map([...found].map(([scope, fields]) => [scope, [...fields]]));
}
