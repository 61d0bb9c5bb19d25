import fc, { type Arbitrary } from 'fast-check';
import { Kind, print, visit, type DirectiveNode, type DocumentNode, type SelectionNode, type ValueNode } from 'graphql';
import { hash } from '../../differential/chance.js';
import type { Operation } from '../../differential/operation-writer.js';

/** An operation twice: as it is, and with parts of it deferred. */
export interface Deferring {
  readonly plain: Operation;
  readonly deferred: Operation;
  /** By label, the label of the fragment around it. Only fragments with a label, whose surroundings have one too. */
  readonly within: ReadonlyMap<string, string>;
}

/** Operations with `@defer` on any of their fragments, and on new ones around any of their selections. */
export function deferring(operations: Arbitrary<Operation>): Arbitrary<Deferring> {
  return fc.tuple(operations, fc.nat(1_000_000)).map(([plain, seed]) => {
    const writer = new DeferWriter(seed);
    const deferred = writer.write(plain);
    return Object.defineProperty({ plain, deferred, within: writer.within }, Symbol.for('fast-check/toStringMethod'), {
      value: () => `${print(deferred.document)}\n# variables ${JSON.stringify(deferred.variables)}`,
      enumerable: false,
    });
  });
}

class DeferWriter {
  readonly within = new Map<string, string>();
  readonly #around: (string | undefined)[] = [];
  readonly #conditions: Record<string, boolean> = {};
  #drawn = 0;
  #labels = 0;

  constructor(readonly seed: number) {}

  write({ document, variables }: Operation): Operation {
    // Each fragment gets its @defer before its inside is visited, so that labels know what they stand in.
    const written: DocumentNode = visit(document, {
      SelectionSet: {
        enter: (set) => ({ ...set, selections: this.#wrapped(set.selections.map((selection) => this.#marked(selection))) }),
      },
      InlineFragment: {
        enter: ({ directives }) => {
          const label = labelOf(directives ?? []);
          const around = this.#around.findLast((one) => one !== undefined);
          if (label !== undefined && around !== undefined) this.within.set(label, around);
          this.#around.push(label);
        },
        leave: () => void this.#around.pop(),
      },
      FragmentDefinition: {
        // It may be spread anywhere: what stands around it is not known here.
        enter: () => void this.#around.push(undefined),
        leave: () => void this.#around.pop(),
      },
    });
    const names = Object.keys(this.#conditions);
    return {
      document: {
        ...written,
        definitions: written.definitions.map((definition) =>
          definition.kind !== Kind.OPERATION_DEFINITION
            ? definition
            : {
                ...definition,
                variableDefinitions: [
                  ...(definition.variableDefinitions ?? []),
                  ...names.map((name) => ({
                    kind: Kind.VARIABLE_DEFINITION as const,
                    variable: { kind: Kind.VARIABLE as const, name: { kind: Kind.NAME as const, value: name } },
                    type: {
                      kind: Kind.NON_NULL_TYPE as const,
                      type: { kind: Kind.NAMED_TYPE as const, name: { kind: Kind.NAME as const, value: 'Boolean' } },
                    },
                  })),
                ],
              },
        ),
      },
      variables: { ...variables, ...this.#conditions },
    };
  }

  #marked(selection: SelectionNode): SelectionNode {
    if (selection.kind === Kind.FIELD || selection.directives?.some(({ name }) => name.value === 'defer') || !this.#chance(45))
      return selection;
    return { ...selection, directives: [...(selection.directives ?? []), this.#defer(selection.kind === Kind.INLINE_FRAGMENT)] };
  }

  /** The same selections, some of them in a new fragment. */
  #wrapped(selections: readonly SelectionNode[]): readonly SelectionNode[] {
    if (!this.#chance(25)) return selections;
    const from = this.#draw() % selections.length;
    const to = from + 1 + (this.#draw() % (selections.length - from));
    const fragment: SelectionNode = {
      kind: Kind.INLINE_FRAGMENT,
      directives: [this.#defer(true)],
      selectionSet: { kind: Kind.SELECTION_SET, selections: selections.slice(from, to) },
    };
    return [...selections.slice(0, from), fragment, ...selections.slice(to)];
  }

  #defer(labelled: boolean): DirectiveNode {
    const given: (readonly [string, ValueNode])[] = [];
    if (labelled && this.#chance(70)) given.push(['label', { kind: Kind.STRING, value: `L${this.#labels++}` }]);
    if (this.#chance(20)) given.push(['if', { kind: Kind.BOOLEAN, value: this.#chance(60) }]);
    else if (this.#chance(25)) {
      const name = `defer${this.#draw() % 2}`;
      this.#conditions[name] ??= this.#chance(70);
      given.push(['if', { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } }]);
    }
    return {
      kind: Kind.DIRECTIVE,
      name: { kind: Kind.NAME, value: 'defer' },
      arguments: given.map(([name, value]) => ({ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value })),
    };
  }

  #chance(percent: number): boolean {
    return this.#draw() % 100 < percent;
  }

  #draw(): number {
    return hash(`${this.seed} ${this.#drawn++}`);
  }
}

function labelOf(directives: readonly DirectiveNode[]): string | undefined {
  const defer = directives.find(({ name }) => name.value === 'defer');
  const value = defer?.arguments?.find(({ name }) => name.value === 'label')?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
