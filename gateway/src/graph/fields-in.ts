import { Kind, type FieldNode, type SelectionSetNode } from 'graphql';

/** The fields of a selection in their order, whatever the type: those of its fragments, which are written out, are among them. */
export function fieldsIn({ selections }: SelectionSetNode): readonly FieldNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    return selection.kind === Kind.INLINE_FRAGMENT ? fieldsIn(selection.selectionSet) : [];
  });
}
