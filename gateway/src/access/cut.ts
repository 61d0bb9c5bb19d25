import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  Kind,
  visit,
  type FieldNode,
  type GraphQLCompositeType,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { SubjectKind } from '../graph/access-map.js';
import type { Graph } from '../graph/graph.js';
import { compositeType, fieldOf } from '../graph/schema-lookup.js';
import type { AccessProfile } from './profile.js';
import type { Withheld } from './prospects.js';

/** A question without the fields its caller could never be granted, and what is needed to put their nulls back. */
export interface Cut {
  /** The operation to plan; the original one when nothing was cut. */
  readonly operation: OperationDefinitionNode;
  /** Fields that were withheld. */
  readonly withheld: ReadonlyMap<FieldNode, Withheld>;
  /** Containers that had nothing left in them and were taken out with their content. */
  readonly emptied: ReadonlySet<FieldNode>;
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * Takes out of an operation what this caller could never be granted, before it is planned: whole agency calls disappear. A personal
 * container with nothing left goes too; a public one (`me`, `nodes`) stays with `__typename`, so that the nulls have a place to stand, and
 * so does what a mutation would answer: it is done all the same.
 * @param operation an operation with its fragments written out
 */
export function cutWithheld(operation: OperationDefinitionNode, graph: Graph, profile: AccessProfile): Cut {
  const withheld = new Map<FieldNode, Withheld>();
  const emptied = new Set<FieldNode>();
  const root = graph.api.getRootType(operation.operation);
  if (!root) return { operation, withheld, emptied };
  const cutter = new Cutter(graph, profile, withheld, emptied);
  const selectionSet = cutter.cut(operation.selectionSet, root, undefined).set;
  if (withheld.size === 0) return { operation, withheld, emptied };
  const used = new Set<string>();
  visit({ ...operation, selectionSet, variableDefinitions: [] }, { Variable: ({ name }) => void used.add(name.value) });
  const variableDefinitions = (operation.variableDefinitions ?? []).filter(({ variable }) => used.has(variable.name.value));
  return { operation: { ...operation, selectionSet, variableDefinitions }, withheld, emptied };
}

interface Piece {
  readonly set: SelectionSetNode;
  /** Something other than __typename is left. */
  readonly content: boolean;
  /** Something was withheld here or below. */
  readonly lost: boolean;
}

class Cutter {
  constructor(
    readonly graph: Graph,
    readonly profile: AccessProfile,
    readonly withheld: Map<FieldNode, Withheld>,
    readonly emptied: Set<FieldNode>,
  ) {}

  cut(set: SelectionSetNode, parent: GraphQLCompositeType, about: SubjectKind | undefined): Piece {
    const selections: SelectionNode[] = isAbstractType(parent) ? [TYPENAME] : [];
    let [content, lost] = [false, false];
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const kept = this.#field(
          selection,
          parent,
          this.graph.access.subject(parent.name)?.kind ?? about ?? this.#named(selection, parent),
        );
        if (kept.node) selections.push(kept.node);
        content ||= kept.content;
        lost ||= kept.lost;
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const inner = this.cut(selection.selectionSet, compositeType(this.graph.api, selection.typeCondition?.name.value) ?? parent, about);
        if (inner.set.selections.length > 0) selections.push({ ...selection, selectionSet: inner.set });
        content ||= inner.content;
        lost ||= inner.lost;
      }
    }
    return { set: { kind: Kind.SELECTION_SET, selections }, content, lost };
  }

  #field(
    node: FieldNode,
    parent: GraphQLCompositeType,
    about: SubjectKind | undefined,
  ): { node?: FieldNode; content: boolean; lost: boolean } {
    const field = fieldOf(parent, node.name.value);
    if (!field) return { node, content: node.name.value !== '__typename', lost: false };
    const requirement = this.graph.access.requirement(parent.name, node.name.value);
    // Composition lets a scope stand only below a subject. Were one elsewhere all the same, nobody could be granted it.
    const refusal =
      requirement && (about ? this.profile.prospects.withheld(requirement, about) : ({ code: 'ACCESS_DENIED', scope: '' } as const));
    if (refusal) {
      this.withheld.set(node, refusal);
      return { content: false, lost: true };
    }
    const target = getNamedType(field.type);
    if (!node.selectionSet || !isCompositeType(target)) return { node, content: true, lost: false };
    const inner = this.cut(node.selectionSet, target, about);
    if (inner.content || !inner.lost) return { node: { ...node, selectionSet: inner.set }, content: true, lost: inner.lost };
    if (requirement && !this.#named(node, parent)) {
      this.emptied.add(node);
      return { content: false, lost: true };
    }
    return { node: { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: [TYPENAME] } }, content: true, lost: true };
  }

  /** Whom a mutation names by its arguments. */
  #named(node: FieldNode, parent: GraphQLCompositeType): SubjectKind | undefined {
    const { access, api } = this.graph;
    return parent === api.getMutationType() && access.about(node.name.value) ? 'PERSON' : undefined;
  }
}
