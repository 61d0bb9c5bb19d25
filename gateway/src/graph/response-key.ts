import type { FieldNode } from 'graphql';

/** The name a field has in the answer. */
export function responseKey(field: FieldNode): string {
  return field.alias?.value ?? field.name.value;
}
