import { Kind } from 'graphql';
import type { AccessCatalogue } from '@yichuang/schema';
import { effective, ROOT_TYPES, type Annotation, type DeclaredField, type DeclaredSubgraph, type DeclaredType } from './annotations.js';
import type { LintFailure } from './lint-failure.js';

/** Rules that look at one field or type at a time: annotated once, with a known scope that may be shared, and able to be withheld. */
export function checkFields(subgraphs: readonly DeclaredSubgraph[], catalogue: AccessCatalogue): LintFailure[] {
  const failures: LintFailure[] = [];
  for (const subgraph of subgraphs) {
    for (const type of subgraph.types.values()) {
      checkScopes(subgraph, type.name, type.own, catalogue, failures);
      checkContradiction(subgraph, type.name, type.own, failures);
      for (const field of type.fields.values()) checkField(subgraph, type, field, catalogue, failures);
    }
  }
  return [...failures, ...checkSharedFields(subgraphs)];
}

function checkField(
  subgraph: DeclaredSubgraph,
  type: DeclaredType,
  field: DeclaredField,
  catalogue: AccessCatalogue,
  failures: LintFailure[],
): void {
  const coordinate = `${type.name}.${field.name}`;
  const annotation = effective(type, field);
  if (!annotation) {
    failures.push({
      rule: 'NOT_ANNOTATED',
      subgraph: subgraph.name,
      coordinate,
      message: `say who may see it: @access(scope: "…") with a scope of schema/access/scopes.yaml, or @public(reason: "…"), on the field or on ${type.name}`,
    });
  }
  checkContradiction(subgraph, coordinate, field.own, failures);
  checkScopes(subgraph, coordinate, field.own, catalogue, failures);
  if (field.predicateOf !== undefined)
    checkScopes(subgraph, coordinate, [{ kind: 'ACCESS', scope: field.predicateOf }], catalogue, failures);
  const nonNull = field.type.kind === Kind.NON_NULL_TYPE;
  if (annotation?.kind === 'ACCESS' && nonNull) {
    failures.push({
      rule: 'PERSONAL_NON_NULL',
      subgraph: subgraph.name,
      coordinate,
      message: 'make the type nullable: a field that can be withheld must be able to be null without taking its siblings with it',
    });
  } else if (ROOT_TYPES.has(type.name) && nonNull) {
    failures.push({
      rule: 'CROSSING_NON_NULL',
      subgraph: subgraph.name,
      coordinate,
      message: 'make the type nullable: a non-null root field that fails takes the whole answer with it',
    });
  }
}

function checkContradiction(subgraph: DeclaredSubgraph, coordinate: string, own: readonly Annotation[], failures: LintFailure[]): void {
  if (own.length < 2) return;
  failures.push({
    rule: 'ANNOTATED_TWICE',
    subgraph: subgraph.name,
    coordinate,
    message: 'keep one of @access and @public: it cannot be both',
  });
}

function checkScopes(
  subgraph: DeclaredSubgraph,
  coordinate: string,
  annotations: readonly Annotation[],
  catalogue: AccessCatalogue,
  failures: LintFailure[],
): void {
  for (const annotation of annotations) {
    if (annotation.kind !== 'ACCESS') continue;
    const entry = catalogue.scopes.get(annotation.scope);
    if (!entry) {
      failures.push({
        rule: 'SCOPE_UNKNOWN',
        subgraph: subgraph.name,
        coordinate,
        message: `scope ${annotation.scope} is not in schema/access/scopes.yaml: correct the name or add the scope there`,
      });
    } else if (entry.sharing === 'NOT_SHARED') {
      failures.push({
        rule: 'SCOPE_NOT_SHARED',
        subgraph: subgraph.name,
        coordinate,
        message: `scope ${annotation.scope} is NOT_SHARED (不予共享): take the field out of the graph, or have its class changed in the data catalogue first`,
      });
    }
  }
}

/** A field that two subgraphs serve must be equally open in both, or the router's choice of subgraph would decide who sees it. */
function checkSharedFields(subgraphs: readonly DeclaredSubgraph[]): LintFailure[] {
  const failures: LintFailure[] = [];
  const seen = new Map<string, { subgraph: string; meaning: string }>();
  for (const subgraph of subgraphs) {
    for (const type of subgraph.types.values()) {
      for (const field of type.fields.values()) {
        const coordinate = `${type.name}.${field.name}`;
        const annotation = effective(type, field);
        if (!annotation) continue;
        const meaning = annotation.kind === 'ACCESS' ? `@access(scope: "${annotation.scope}")` : '@public';
        const before = seen.get(coordinate);
        if (!before) seen.set(coordinate, { subgraph: subgraph.name, meaning });
        else if (before.meaning !== meaning) {
          failures.push({
            rule: 'ANNOTATED_DIFFERENTLY',
            subgraph: subgraph.name,
            coordinate,
            message: `${meaning} here, but ${before.meaning} in ${before.subgraph}: give it the same annotation in both`,
          });
        }
      }
    }
  }
  return failures;
}
