import {
  effective,
  mergeAbstracts,
  namedType,
  ROOT_TYPES,
  type DeclaredField,
  type DeclaredSubgraph,
  type DeclaredType,
} from './annotations.js';
import type { LintFailure } from './lint-failure.js';

/** The reason a value type gives when it is open in itself and guarded by the fields that lead to it. */
export const REACHED_BY_SCOPE = 'reached only through fields that carry a scope';

/**
 * How well guarded a place in the graph is: at an entity with @subject the person is known; behind a field with @access a scope was
 * granted for that person (a mutation names the person by an argument); anywhere else anybody can be.
 */
type Guard = 'OPEN' | 'SUBJECT' | 'SCOPED';

/**
 * Walks the graph from the root types and follows how each type can be reached. A type with @access fields of its own must be reached
 * through a subject; a type that says REACHED_BY_SCOPE must be reached through a field with @access. Stepping onto an entity starts
 * anew, because anybody can ask for an entity by its key.
 *
 * Sound because it looks at every pair (type, guard) that some query can produce: fields are followed whether or not anybody asks for
 * them today, all subgraphs' fields of a type are followed together, and an interface or union is every type that can stand in its place.
 */
export function checkPaths(subgraphs: readonly DeclaredSubgraph[]): LintFailure[] {
  const graph = merge(subgraphs);
  const abstracts = mergeAbstracts(subgraphs);
  const failures: LintFailure[] = [];
  const visited = new Set<string>();
  const waiting: { type: string; guard: Guard }[] = [...ROOT_TYPES].map((type) => ({ type, guard: 'OPEN' }));
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    const key = `${at.type} ${at.guard}`;
    if (visited.has(key)) continue;
    visited.add(key);
    for (const step of graph.get(at.type)?.steps ?? []) {
      for (const to of abstracts.get(step.to)?.members ?? [step.to]) {
        const target = graph.get(to);
        if (!target) continue;
        const guard = arrive(at.guard, step, target);
        const message = complaint(to, guard, target);
        if (message !== undefined)
          failures.push({ rule: 'PATH_UNGUARDED', subgraph: step.subgraph, coordinate: `${at.type}.${step.field.name}`, message });
        waiting.push({ type: to, guard });
      }
    }
  }
  return failures;
}

interface Step {
  readonly subgraph: string;
  readonly field: DeclaredField;
  readonly to: string;
  readonly scoped: boolean;
  /** A mutation that names the person by an argument. */
  readonly act: boolean;
}

interface MergedType {
  entity: boolean;
  subject: boolean;
  /** Holds a field with a scope of its own. */
  personal: boolean;
  reachedByScope: boolean;
  readonly steps: Step[];
}

function merge(subgraphs: readonly DeclaredSubgraph[]): Map<string, MergedType> {
  const graph = new Map<string, MergedType>();
  for (const subgraph of subgraphs) {
    for (const type of subgraph.types.values()) {
      const merged = graph.get(type.name) ?? { entity: false, subject: false, personal: false, reachedByScope: false, steps: [] };
      graph.set(type.name, merged);
      merged.entity ||= type.keys.length > 0;
      merged.subject ||= type.subject !== undefined;
      merged.reachedByScope ||= type.own.some((annotation) => annotation.kind === 'PUBLIC' && annotation.reason === REACHED_BY_SCOPE);
      for (const field of type.fields.values()) merged.steps.push(readStep(subgraph, type, field, merged));
    }
  }
  return graph;
}

function readStep(subgraph: DeclaredSubgraph, type: DeclaredType, field: DeclaredField, merged: MergedType): Step {
  const scoped = effective(type, field)?.kind === 'ACCESS';
  merged.personal ||= scoped;
  return { subgraph: subgraph.name, field, to: namedType(field.type), scoped, act: scoped && field.about !== undefined };
}

function arrive(from: Guard, step: Step, target: MergedType): Guard {
  if (target.entity) return target.subject ? 'SUBJECT' : 'OPEN';
  if (step.scoped) return from === 'OPEN' && !step.act ? 'OPEN' : 'SCOPED';
  return from;
}

function complaint(name: string, guard: Guard, target: MergedType): string | undefined {
  if (target.entity) return undefined;
  if (target.reachedByScope && guard !== 'SCOPED') {
    return `${name} says it is ${REACHED_BY_SCOPE}, but this field carries none: add @access(scope: "…") to the field`;
  }
  if (target.personal && guard === 'OPEN') {
    return `${name} holds fields with scopes, but no entity with @subject is on this path, so nobody could say whose they are: reach it from the entity of the person`;
  }
  return undefined;
}
