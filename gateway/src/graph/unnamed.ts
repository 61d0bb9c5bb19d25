import { Kind, type OperationDefinitionNode } from 'graphql';

/** An operation without the name somebody gave it. */
export function unnamed({
  operation,
  variableDefinitions = [],
  directives = [],
  selectionSet,
}: OperationDefinitionNode): OperationDefinitionNode {
  return { kind: Kind.OPERATION_DEFINITION, operation, variableDefinitions, directives, selectionSet };
}
