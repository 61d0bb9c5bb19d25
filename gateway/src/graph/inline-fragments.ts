import {
  Kind,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * One operation of a valid document with every fragment spread written out in place, so that a decision about a field is a decision
 * about one place in the question. The limits bound how large the result can be.
 */
export function inlineFragments(document: DocumentNode, operation: OperationDefinitionNode): OperationDefinitionNode {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return { ...operation, selectionSet: inline(operation.selectionSet, fragments) };
}

function inline(set: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): SelectionSetNode {
  return {
    ...set,
    selections: set.selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind !== Kind.FRAGMENT_SPREAD) {
        const own = { ...selection, ...ownDirectives(selection) };
        return [selection.selectionSet ? { ...own, selectionSet: inline(selection.selectionSet, fragments) } : own];
      }
      const fragment = fragments.get(selection.name.value);
      if (!fragment) return [];
      return [
        {
          kind: Kind.INLINE_FRAGMENT,
          typeCondition: fragment.typeCondition,
          ...ownDirectives(selection),
          selectionSet: inline(fragment.selectionSet, fragments),
        },
      ];
    }),
  };
}

/** Directives of this place alone: a fragment spread twice must not make two places share one `@defer`. */
function ownDirectives({ directives }: SelectionNode): { readonly directives?: readonly DirectiveNode[] } {
  return directives ? { directives: directives.map((directive) => ({ ...directive })) } : {};
}
