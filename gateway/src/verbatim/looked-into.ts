import type { FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, parse, type SelectionSetNode } from 'graphql';
import { responseKey } from '../graph/response-key.js';

/** True for a place below a fetch, response keys with dots between them, that the run of the plan looks into. */
export type IsLookedInto = (place: string) => boolean;

/**
 * Finds out which places of its data a plan looks into: those it fetches more for, those it reads what an agency needs from, and those
 * that several fetches bring something to. Lists and types are not told apart, which may name a place too many.
 * @returns for each fetch the places below it; undefined where the plan may look anywhere
 */
export function lookedIntoBy(plan: PlanNode, same: (node: FetchNode) => string): (node: FetchNode) => IsLookedInto | undefined {
  const places = new Places(same);
  places.visit(plan, []);
  return (node) => {
    if (places.anywhere || (node.outputRewrites?.length ?? 0) > 0) return undefined;
    const around = places.around.get(same(node)) ?? [];
    return (place) => around.some((at) => places.known.has(at === '' ? place : `${at}.${place}`));
  };
}

class Places {
  readonly known = new Set<string>();
  /** Where fetches that ask the same put what comes. */
  readonly around = new Map<string, string[]>();
  /** Deferred parts are made of what their fragments stand in; values for `@context` come from anywhere around. */
  anywhere = false;
  readonly #bringers = new Map<string, FetchNode>();

  constructor(readonly same: (node: FetchNode) => string) {}

  visit(node: PlanNode | undefined, path: readonly string[]): void {
    switch (node?.kind) {
      case undefined:
        return;
      case 'Sequence':
      case 'Parallel':
        for (const inner of node.nodes) this.visit(inner, path);
        return;
      case 'Condition':
        this.visit(node.ifClause, path);
        this.visit(node.elseClause, path);
        return;
      case 'Defer':
        this.anywhere = true;
        return;
      case 'Flatten': {
        const keys = node.path.filter((step): step is string => typeof step === 'string' && step !== '@' && !step.startsWith('... on '));
        const inner = [...path, ...keys];
        inner.forEach((_, i) => this.known.add(inner.slice(0, i + 1).join('.')));
        this.visit(node.node, inner);
        return;
      }
      case 'Fetch':
        this.#fetch(node, path);
    }
  }

  #fetch(node: FetchNode, path: readonly string[]): void {
    this.anywhere ||= (node.contextRewrites?.length ?? 0) > 0;
    const key = this.same(node);
    const at = path.join('.');
    const around = this.around.get(key);
    if (around) around.push(at);
    else this.around.set(key, [at]);
    this.#needs(node.requires ?? [], path);
    for (const definition of parse(node.operation, { noLocation: true }).definitions)
      if (definition.kind === Kind.OPERATION_DEFINITION)
        this.#brings(node, node.requires ? below(definition.selectionSet) : definition.selectionSet, path);
  }

  #needs(selections: readonly QueryPlanSelectionNode[], path: readonly string[]): void {
    for (const selection of selections) {
      if (selection.kind === 'InlineFragment') this.#needs(selection.selections, path);
      else if (selection.selections) {
        const inner = [...path, selection.alias ?? selection.name];
        this.known.add(inner.join('.'));
        this.#needs(selection.selections, inner);
      }
    }
  }

  #brings(node: FetchNode, set: SelectionSetNode, path: readonly string[]): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) this.#brings(node, selection.selectionSet, path);
      if (selection.kind !== Kind.FIELD || !selection.selectionSet) continue;
      const inner = [...path, responseKey(selection)];
      const place = inner.join('.');
      const known = this.#bringers.get(place);
      if (!known) this.#bringers.set(place, node);
      else if (known !== node) this.known.add(place);
      this.#brings(node, selection.selectionSet, inner);
    }
  }
}

/** What an `_entities` fetch asks of each entity. */
function below({ selections: [entities] }: SelectionSetNode): SelectionSetNode {
  return entities?.kind === Kind.FIELD && entities.selectionSet ? entities.selectionSet : { kind: Kind.SELECTION_SET, selections: [] };
}
