import { Arbitrary, Stream, stream, Value, type Random } from 'fast-check';
import { Kind, print, validate, visit, type DocumentNode, type SelectionNode } from 'graphql';
import { writeOperation, type Operation, type WriterOptions } from './operation-writer.js';

/** Random valid operations over a schema. A failing one shrinks by what can be left out of it while it stays valid. */
export function operations(options: WriterOptions): Arbitrary<Operation> {
  return new Operations(options);
}

/** Milliseconds after which a failing operation is not made smaller any more: a report late is worse than a report long. */
const SHRINK_MS = 30_000;

class Operations extends Arbitrary<Operation> {
  #until: number | undefined;

  constructor(readonly options: WriterOptions) {
    super();
  }

  override generate(random: Random): Value<Operation> {
    return new Value(shown(writeOperation(random, this.options)), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Operation {
    return typeof value === 'object' && value !== null && 'document' in value;
  }

  override shrink(value: Operation): Stream<Value<Operation>> {
    const { api } = this.options;
    const size = print(value.document).length;
    this.#until ??= performance.now() + SHRINK_MS;
    if (performance.now() > this.#until) return Stream.nil();
    return stream(smaller(value))
      .map((operation) => new Value(shown(operation), undefined))
      .filter(({ value: one }) => print(one.document).length < size && validate(api, one.document).length === 0);
  }
}

/** An operation reads as GraphQL in a report. */
function shown(operation: Operation): Operation {
  return Object.defineProperty(operation, Symbol.for('fast-check/toStringMethod'), {
    value: () => `${print(operation.document)}\n# variables ${JSON.stringify(operation.variables)}`,
    enumerable: false,
  });
}

/** Operations with one thing less, the largest cuts first. */
function* smaller({ document, variables }: Operation): IterableIterator<Operation> {
  const places = selectionCount(document);
  for (let at = 0; at < places; at++) {
    yield tidy(
      without(document, at, () => []),
      variables,
    );
    yield tidy(without(document, at, opened), variables);
    yield tidy(without(document, at, plain), variables);
  }
}

function selectionCount(document: DocumentNode): number {
  let count = 0;
  visit(document, { SelectionSet: ({ selections }) => void (count += selections.length) });
  return count;
}

/** A document with something else for its selection number `at`; never an empty selection. */
function without(document: DocumentNode, at: number, instead: (selection: SelectionNode) => readonly SelectionNode[]): DocumentNode {
  let seen = 0;
  return visit(document, {
    SelectionSet: (set) => {
      const selections = set.selections.flatMap((selection) => (seen++ === at ? instead(selection) : [selection]));
      return selections.length > 0 ? { ...set, selections } : undefined;
    },
  });
}

/** What a fragment holds, in its place. */
function opened(selection: SelectionNode): readonly SelectionNode[] {
  return selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet.selections : [selection];
}

/** Without arguments, alias and conditions. */
function plain(selection: SelectionNode): readonly SelectionNode[] {
  if (selection.kind !== Kind.FIELD) return [{ ...selection, directives: [] }];
  const { kind, name, selectionSet } = selection;
  return [{ kind, name, ...(selectionSet ? { selectionSet } : {}) }];
}

/** Drops fragments and variables that nothing uses any more. */
function tidy(document: DocumentNode, variables: Operation['variables']): Operation {
  const spread = new Set<string>();
  visit(document, { FragmentSpread: ({ name }) => void spread.add(name.value) });
  const definitions = document.definitions.filter((one) => one.kind !== Kind.FRAGMENT_DEFINITION || spread.has(one.name.value));
  if (definitions.length < document.definitions.length) return tidy({ ...document, definitions }, variables);
  const used = new Set<string>();
  visit(document, { SelectionSet: (set) => void visit(set, { Variable: ({ name }) => void used.add(name.value) }) });
  return {
    document: visit(document, { VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null) }),
    variables: Object.fromEntries(Object.entries(variables).filter(([name]) => used.has(name))),
  };
}
