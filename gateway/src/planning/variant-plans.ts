import type { FetchNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
  type DocumentNode,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { withFetches } from './plan-fetches.js';
import type { RequiredVariants } from './required-variants.js';
import type { Place } from './supergraph-types.js';

/**
 * What a plan made of variants means in the graph: agencies are asked for the field itself under the variant's name as an alias, a
 * representation holds under the field's name what was fetched under the variant's, and fields that require different variants of one
 * field are fetched side by side, each with its own representation.
 */
export class VariantPlan {
  readonly #mentioned: RegExp;

  /** What is asked of one kind of objects only may be required of that kind only. */
  readonly #tellsKinds: boolean;

  /** @param operation text of what was planned */
  constructor(
    readonly required: RequiredVariants,
    operation: string,
  ) {
    this.#mentioned = required.variants.size === 0 ? NOTHING : new RegExp(`\\b(?:${[...required.variants.keys()].join('|')})\\b`);
    this.#tellsKinds = required.tellsKinds || operation.includes('...');
  }

  /** A plan of variants as one of the graph. */
  inGraph(plan: QueryPlan): QueryPlan {
    return withFetches(plan, (node) => this.#parts(node));
  }

  #parts(node: FetchNode): FetchNode[] {
    const { requires, serviceName } = node;
    if (!requires) return [this.#renamed(node)];
    const document = parse(node.operation, { noLocation: true });
    const groups = this.#groups(document, serviceName);
    if (groups.length < 2) return [this.#renamed(node)];
    return groups.map((group, at) => {
      const own = withEntities(
        document,
        (type, { name }) => group.fields.has(`${type}.${name.value}`) || (at === 0 && name.value === TYPENAME),
      );
      const operation = visit(own, { VariableDefinition: ({ variable }) => (uses(own, variable.name.value) ? undefined : null) });
      const others = groups.filter((one) => one !== group).flatMap(({ needs }) => needs);
      const isNeeded = (place: Place): boolean =>
        !this.#isAmong(others, place) || this.#isAmong(group.needs, place) || this.required.isKey(serviceName, place);
      return this.#renamed({
        ...node,
        operation: stripIgnoredCharacters(print(operation)),
        variableUsages: (node.variableUsages ?? []).filter((name) => uses(operation, name)),
        requires: needed(requires, isNeeded, { path: [], on: [[]] }),
      });
    });
  }

  /** Fields of the entities of a fetch that may go with one representation. */
  #groups(document: DocumentNode, service: string): readonly Group[] {
    const groups: Group[] = [];
    withEntities(document, (type, { name }) => {
      const coordinate = `${type}.${name.value}`;
      if (name.value === TYPENAME || groups.some(({ fields }) => fields.has(coordinate))) return true;
      const needs = this.required.needsOf(service, type, name.value);
      const isPartial = this.#tellsKinds && this.required.isPartial(service, type);
      let group = groups.find((one) => (isPartial ? isSame(one.needs, needs) : !this.#isConflict(one.needs, needs)));
      if (!group) groups.push((group = { fields: new Set(), needs: [] }));
      group.fields.add(coordinate);
      if (!isPartial || group.needs.length === 0) group.needs.push(...needs);
      return true;
    });
    return groups;
  }

  #isConflict(some: readonly Place[], others: readonly Place[]): boolean {
    return some.some((need) => others.some((other) => this.required.isConflict(need, other)));
  }

  #isAmong(needs: readonly Place[], { path, on }: Place): boolean {
    return needs.some((need) => need.path.join('.') === path.join('.') && this.required.mayMeet(need.on, on));
  }

  #renamed(node: FetchNode): FetchNode {
    if (!this.#mentioned.test(node.operation) && !this.#mentioned.test(JSON.stringify(node.requires ?? []))) return node;
    const document = visit(parse(node.operation, { noLocation: true }), {
      Field: (field) => {
        const variant = this.required.variants.get(field.name.value);
        return (
          variant && {
            ...field,
            name: { kind: Kind.NAME, value: variant.field },
            alias: field.alias ?? field.name,
            arguments: [...(field.arguments ?? []), ...variant.arguments],
          }
        );
      },
    });
    return {
      ...node,
      operation: stripIgnoredCharacters(print(document)),
      ...(node.requires ? { requires: node.requires.map((selection) => this.#inGraph(selection)) } : {}),
    };
  }

  #inGraph(selection: QueryPlanSelectionNode): QueryPlanSelectionNode {
    const selections = selection.selections?.map((inner) => this.#inGraph(inner));
    if (selection.kind === 'InlineFragment') return { ...selection, selections: selections ?? [] };
    const variant = this.required.variants.get(selection.name);
    return {
      ...selection,
      ...(variant ? { name: variant.field, alias: selection.name } : {}),
      ...(selections ? { selections } : {}),
    };
  }
}

const TYPENAME = '__typename';

/** Matches no text. */
const NOTHING = /(?!)/;

/** Fields of entities, and what all of them need. */
interface Group {
  readonly fields: Set<string>;
  readonly needs: Place[];
}

function isSame(some: readonly Place[], others: readonly Place[]): boolean {
  return JSON.stringify(some) === JSON.stringify(others);
}

/** Of what a fetch requires, what `isNeeded` says of. */
function needed(selections: QueryPlanSelectionNode[], isNeeded: (place: Place) => boolean, { path, on }: Place): QueryPlanSelectionNode[] {
  const here = on.at(-1) ?? [];
  const above = on.slice(0, -1);
  return selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === 'InlineFragment') {
      const types = selection.typeCondition === undefined ? here : [...here, selection.typeCondition];
      return nonEmpty(selection, needed(selection.selections, isNeeded, { path, on: [...above, types] }));
    }
    const place = { path: [...path, selection.name], on };
    if (!isNeeded(place)) return [];
    if (!selection.selections) return [selection];
    return nonEmpty(selection, needed(selection.selections, isNeeded, { path: place.path, on: [...on, []] }));
  });
}

/** A fetch of entities with those of their fields that `keep` says of. */
function withEntities(document: DocumentNode, keep: (type: string, field: FieldNode) => boolean): DocumentNode {
  const kept = (set: SelectionSetNode, type: string): SelectionSetNode => ({
    ...set,
    selections: set.selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.FIELD) return keep(type, selection) ? [selection] : [];
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection];
      const inner = kept(selection.selectionSet, selection.typeCondition?.name.value ?? type);
      return inner.selections.length > 0 ? [{ ...selection, selectionSet: inner }] : [];
    }),
  });
  return {
    ...document,
    definitions: document.definitions.map((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? withinEntities(definition, (set) => kept(set, '')) : definition,
    ),
  };
}

function withinEntities(operation: OperationDefinitionNode, change: (set: SelectionSetNode) => SelectionSetNode): OperationDefinitionNode {
  const selections = operation.selectionSet.selections.map((selection): SelectionNode =>
    selection.kind === Kind.FIELD && selection.selectionSet ? { ...selection, selectionSet: change(selection.selectionSet) } : selection,
  );
  return { ...operation, selectionSet: { ...operation.selectionSet, selections } };
}

function uses(document: DocumentNode, variable: string): boolean {
  let found = false;
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void (found ||= name.value === variable),
  });
  return found;
}

function nonEmpty<T extends QueryPlanSelectionNode>(selection: T, selections: QueryPlanSelectionNode[]): T[] {
  return selections.length > 0 ? [{ ...selection, selections }] : [];
}
