import { isList, mergeAbstracts, namedType, ROOT_TYPES, type DeclaredSubgraph } from './annotations.js';
import { PERSON, type LintFailure } from './lint-failure.js';

const PAGE = 'Connection';

/**
 * Rules about lists: persons come in pages, wherever they come from, and a page has a bound. Only the type of a page may hold the bare
 * list; a list of something that holds a person is a list of persons.
 */
export function checkLists(subgraphs: readonly DeclaredSubgraph[]): LintFailure[] {
  const graph = new Graph(subgraphs);
  return subgraphs.flatMap((subgraph) =>
    [...subgraph.types.values(), ...subgraph.abstracts.values()].flatMap((type) =>
      [...type.fields.values()].flatMap((field): LintFailure[] => {
        const target = namedType(field.type);
        const unbounded = (message: string): LintFailure[] => [
          { rule: 'LIST_UNBOUNDED', subgraph: subgraph.name, coordinate: `${type.name}.${field.name}`, message },
        ];
        if (isList(field.type) && !type.name.endsWith(PAGE)) {
          if (ROOT_TYPES.has(type.name) && graph.subjects.has(target))
            return unbounded(`a list of ${target} without pages: return a ${target}${PAGE} with first and after`);
          if (graph.holdsPerson(target))
            return unbounded(`a list of persons without pages: return a ${target}${PAGE} with first and after, whose type holds the list`);
        }
        if (target.endsWith(PAGE) && !(field.arguments.has('first') && field.arguments.has('after')))
          return unbounded('a connection without a bound: add the arguments first and after');
        return [];
      }),
    ),
  );
}

class Graph {
  /** Types with @subject in any subgraph. */
  readonly subjects = new Set<string>();
  readonly #entities = new Set<string>();
  /** What a type holds or can be, by name. */
  readonly #below = new Map<string, Set<string>>();

  constructor(subgraphs: readonly DeclaredSubgraph[]) {
    for (const { types } of subgraphs) {
      for (const type of types.values()) {
        if (type.subject !== undefined) this.subjects.add(type.name);
        if (type.keys.length > 0) this.#entities.add(type.name);
        const below = this.#below.get(type.name) ?? new Set();
        this.#below.set(type.name, below);
        for (const field of type.fields.values()) below.add(namedType(field.type));
      }
    }
    for (const { name, members } of mergeAbstracts(subgraphs).values()) this.#below.set(name, new Set(members));
  }

  /** Another entity is asked for on its own, with its own bounds; what lies behind it is not held here. */
  holdsPerson(name: string, seen = new Set<string>()): boolean {
    if (name === PERSON) return true;
    if (this.#entities.has(name) || seen.has(name)) return false;
    seen.add(name);
    return [...(this.#below.get(name) ?? [])].some((next) => this.holdsPerson(next, seen));
  }
}
