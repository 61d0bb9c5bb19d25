import { visit, type OperationDefinitionNode } from 'graphql';

/** The same operation when nothing in it is deferred; itself when nothing is. */
export function undivided(operation: OperationDefinitionNode): OperationDefinitionNode {
  return visit(operation, { Directive: ({ name }) => (name.value === 'defer' ? null : undefined) });
}
