import { Kind, type TypeNode } from 'graphql';
import { effective, namedType, type DeclaredField, type DeclaredSubgraph } from './annotations.js';
import type { LintFailure } from './lint-failure.js';
import { isOwn } from './own-subgraphs.js';

const WRITE = /:write$/;

/**
 * Rules about what changes something at an agency: a mutation carries a scope that writes and says by which argument the person is named,
 * so that it can be decided before anything is sent; and nothing else does.
 */
export function checkActs(subgraphs: readonly DeclaredSubgraph[]): LintFailure[] {
  return subgraphs.flatMap((subgraph) =>
    [...subgraph.types.values()].flatMap((type) =>
      [...type.fields.values()].flatMap((field): LintFailure[] => {
        const annotation = effective(type, field);
        const scope = annotation?.kind === 'ACCESS' ? annotation.scope : undefined;
        const fail = (rule: LintFailure['rule'], message: string): LintFailure[] => [
          { rule, subgraph: subgraph.name, coordinate: `${type.name}.${field.name}`, message },
        ];
        if (type.name !== 'Mutation') {
          if (field.about !== undefined) return fail('ACT_UNNAMED', 'take @about off: it is for mutations');
          return scope !== undefined && WRITE.test(scope)
            ? fail('ACT_UNNAMED', `${scope} is for mutations: give a field that is read a scope that reads`)
            : [];
        }
        if (scope === undefined && field.about === undefined)
          return isOwn(subgraph.name)
            ? []
            : fail(
                'ACT_OPEN',
                "an agency's mutation changes something of somebody: say @access(scope: …:write) and @about(argument: …), which names the person",
              );
        if (scope === undefined || !WRITE.test(scope)) return fail('ACT_UNNAMED', 'a mutation needs a scope that writes');
        if (field.about === undefined)
          return fail('ACT_UNNAMED', 'say by which argument it names the person, as in @about(argument: "input.citizen")');
        return isReference(field, field.about, subgraph)
          ? []
          : fail('ACT_UNNAMED', `${field.about} must be there and lead to an ID, non-null all the way: else nobody may be named`);
      }),
    ),
  );
}

function isReference({ arguments: given }: DeclaredField, path: string, { inputs }: DeclaredSubgraph): boolean {
  let fields: ReadonlyMap<string, TypeNode> | undefined = given;
  let type: TypeNode | undefined;
  for (const step of path.split('.')) {
    type = fields?.get(step);
    if (type?.kind !== Kind.NON_NULL_TYPE || type.type.kind !== Kind.NAMED_TYPE) return false;
    fields = inputs.get(namedType(type));
  }
  return type !== undefined && namedType(type) === 'ID';
}
