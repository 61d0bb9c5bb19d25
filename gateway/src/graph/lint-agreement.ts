import { effective, mergeAbstracts, type Annotation, type DeclaredSubgraph } from './annotations.js';
import type { LintFailure } from './lint-failure.js';

/**
 * Rules about places that say the same thing more than once: they must say the same, or the way a question takes would decide who sees
 * the answer. A field in two subgraphs; a type in two subgraphs, whose annotation counts for its fields; the subject of a type; a field
 * of an interface and of the types that implement it.
 */
export function checkAgreement(subgraphs: readonly DeclaredSubgraph[]): LintFailure[] {
  const failures: LintFailure[] = [];
  const said = new Map<string, { readonly subgraph: string; readonly meaning: string }>();
  const say = (subgraph: string, coordinate: string, key: string, meaning: string | undefined): void => {
    if (meaning === undefined) return;
    const before = said.get(key);
    if (!before) said.set(key, { subgraph, meaning });
    else if (before.meaning !== meaning)
      failures.push({
        rule: 'ANNOTATED_DIFFERENTLY',
        subgraph,
        coordinate,
        message: `${meaning} here, but ${before.meaning} in ${before.subgraph}: give it the same annotation in both`,
      });
  };
  for (const { name: subgraph, types, abstracts } of subgraphs) {
    for (const type of types.values()) {
      say(subgraph, type.name, type.name, meaningOf(type.own[0]));
      say(subgraph, type.name, `${type.name} subject`, type.subject === undefined ? undefined : `@subject(field: "${type.subject}")`);
      for (const field of type.fields.values()) {
        const coordinate = `${type.name}.${field.name}`;
        say(subgraph, coordinate, coordinate, meaningOf(effective(type, field)));
      }
    }
    for (const { name, fields } of abstracts.values())
      for (const field of fields.values()) say(subgraph, `${name}.${field.name}`, `${name}.${field.name}`, meaningOf(field.own[0]));
  }
  return [...failures, ...checkInterfaces(subgraphs)];
}

function checkInterfaces(subgraphs: readonly DeclaredSubgraph[]): LintFailure[] {
  const merged = mergeAbstracts(subgraphs);
  return subgraphs.flatMap(({ name: subgraph, types }) =>
    [...merged.values()].flatMap(({ name, fields, members }) =>
      [...fields.values()].flatMap((field): LintFailure[] => {
        const declared = meaningOf(field.own[0]);
        if (declared === undefined) return []; // NOT_ANNOTATED has named it
        return [...members].flatMap((member): LintFailure[] => {
          const type = types.get(member);
          const implemented = type?.fields.get(field.name);
          const meaning = type && implemented && meaningOf(effective(type, implemented));
          if (meaning === undefined || meaning === declared) return [];
          const message = `${declared} on the interface, but ${meaning} on ${member}.${field.name}: give both the same annotation`;
          return [{ rule: 'ANNOTATED_DIFFERENTLY', subgraph, coordinate: `${name}.${field.name}`, message }];
        });
      }),
    ),
  );
}

function meaningOf(annotation: Annotation | undefined): string | undefined {
  return annotation && (annotation.kind === 'ACCESS' ? `@access(scope: "${annotation.scope}")` : '@public');
}
