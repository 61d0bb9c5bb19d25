import {
  baseType,
  federationMetadata,
  isCompositeType,
  MapWithCachedArrays,
  type CompositeType,
  type OperationPath,
  type SelectionSet,
} from '@apollo/federation-internals';

/** A fetch being planned, as far as it is looked at here. */
interface FetchGroup {
  readonly selection: SelectionSet;
  /** What it is told of its entities; undefined for a fetch of root fields. */
  readonly inputs: Inputs | undefined;
  readonly _selection: { computed: SelectionSet };
  parents(): readonly Parent[];
  parentRelation(group: FetchGroup): Parent | undefined;
  isDescendantOf(other: FetchGroup): boolean;
  canMergeChildIn: (this: FetchGroup, child: FetchGroup) => boolean;
  canMergeGrandChildIn: (this: FetchGroup, grandChild: FetchGroup) => boolean;
  removeInputsFromSelection: (this: FetchGroup) => void;
}

interface Inputs {
  contains(other: Inputs): boolean;
}

/** A fetch that another waits for, and where in it the other's entities are, if that is known. */
interface Parent {
  readonly group: FetchGroup;
  readonly path: OperationPath | undefined;
}

interface MapPrototype {
  set: (this: unknown, key: unknown, value: unknown) => unknown;
}

/**
 * Keeps the planner from joining fetches it may not join, where a required field requires others itself. Of its fetches of one subgraph it
 * joins a later one to an earlier one
 * - without looking whether the later one waits for others besides,
 * - without looking whether the subgraph needs to be told something it is not told there,
 * - and takes for known to a subgraph what it declares as external.
 *
 * The class is the planner's own and can only be reached by an instance: the first fetch of the first plan is put into a map.
 */
export function mendMerging(): void {
  const maps: MapPrototype = MapWithCachedArrays.prototype;
  const { set } = maps;
  maps.set = function (key, value) {
    if (isFetchGroup(value)) {
      maps.set = set;
      mend(Object.getPrototypeOf(value) as FetchGroup);
    }
    return set.call(this, key, value);
  };
}

function mend(prototype: FetchGroup): void {
  const { canMergeChildIn, canMergeGrandChildIn, removeInputsFromSelection } = prototype;
  prototype.canMergeChildIn = function (child) {
    return (
      canMergeChildIn.call(this, child) &&
      child.parents().every(({ group }) => group === this || this.isDescendantOf(group)) &&
      tells(this, child, child.parentRelation(this)?.path)
    );
  };
  prototype.canMergeGrandChildIn = function (grandChild) {
    if (!canMergeGrandChildIn.call(this, grandChild)) return false;
    const [parent] = grandChild.parents();
    const path = parent?.group.parentRelation(this)?.path;
    return parent?.path !== undefined && path !== undefined && tells(this, grandChild, [...path, ...parent.path]);
  };
  // What is left is about to be joined to the parent if that knows all of it.
  prototype.removeInputsFromSelection = function () {
    removeInputsFromSelection.call(this);
    const { selection } = this;
    this._selection.computed = Object.assign(Object.create(Object.getPrototypeOf(selection) as object) as SelectionSet, selection, {
      canRebaseOn: (type: CompositeType) => selection.canRebaseOn(type) && isKnownTo(selection, type),
    });
  };
}

/** A fetch tells its subgraph all that another needs to tell it at a path below. */
function tells(group: FetchGroup, other: FetchGroup, path: OperationPath | undefined): boolean {
  if (!path) return false;
  const same = path.every(({ kind }) => kind === 'FragmentElement');
  if (same && group.inputs && other.inputs && group.inputs.contains(other.inputs)) return true;
  const type = typeAt(group.selection.parentType, path);
  return type !== undefined && isKnownTo(other.selection, type);
}

function typeAt(parent: CompositeType, path: OperationPath): CompositeType | undefined {
  let type: CompositeType | undefined = parent;
  for (const element of path) {
    if (element.kind === 'Field') type = type && belowField(type, element.name);
    else if (element.typeCondition) type = compositeNamed(parent, element.typeCondition.name);
  }
  return type;
}

function belowField(type: CompositeType, name: string): CompositeType | undefined {
  const field = 'field' in type ? type.field(name) : undefined;
  const target = field?.type && baseType(field.type);
  return target && isCompositeType(target) ? target : undefined;
}

function compositeNamed(type: CompositeType, name: string): CompositeType | undefined {
  const named = type.schema().type(name);
  return named && isCompositeType(named) ? named : undefined;
}

/** The subgraph of a type has all of a selection without being told anything. */
function isKnownTo(set: SelectionSet, type: CompositeType): boolean {
  const metadata = federationMetadata(type.schema());
  return set.selections().every((selection) => {
    if (selection.kind === 'FragmentSelection') {
      const condition = selection.element.typeCondition;
      const inner = condition ? compositeNamed(type, condition.name) : type;
      return inner !== undefined && isKnownTo(selection.selectionSet, inner);
    }
    const { name } = selection.element;
    if (name === TYPENAME) return true;
    const field = 'field' in type ? type.field(name) : undefined;
    if (!field || !metadata || metadata.isFieldExternal(field) || field.hasAppliedDirective(metadata.requiresDirective())) return false;
    const below = belowField(type, name);
    return !selection.selectionSet || (below !== undefined && isKnownTo(selection.selectionSet, below));
  });
}

const TYPENAME = '__typename';

function isFetchGroup(value: unknown): value is FetchGroup {
  return typeof value === 'object' && value !== null && 'canMergeChildIn' in value && 'removeInputsFromSelection' in value;
}
