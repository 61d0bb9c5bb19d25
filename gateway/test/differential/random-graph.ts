import { hash } from './chance.js';
import type { GraphSource } from './graph-fixture.js';

/** A field of a random graph. */
interface Field {
  readonly name: string;
  /** Number of the subgraph that serves it. */
  readonly owner: number;
  /** Type of its objects; undefined for a number. */
  readonly target: string | undefined;
  readonly takes: boolean;
  readonly declaration: string;
}

const ENTITIES = ['Box', 'Crate'];
const VALUE = 'Mark';

/**
 * A graph of two entities and a value over three or four subgraphs, with fields that require each other at random: in chains, back and
 * forth, below lists and objects, with equal and different arguments. It always composes.
 */
export function randomGraph(seed: number): GraphSource {
  return new RandomGraph(seed).write();
}

class RandomGraph {
  readonly #declared: readonly Map<string, Map<string, string>>[];
  readonly #fields = new Map<string, Field[]>([VALUE, ...ENTITIES].map((type) => [type, []]));
  #drawn = 0;

  constructor(readonly seed: number) {
    this.#declared = Array.from({ length: 3 + this.#below(2) }, () => new Map());
  }

  write(): GraphSource {
    const valueOwner = this.#below(this.#declared.length);
    for (const name of ['a', 'b', 'c']) this.#serve(VALUE, name, valueOwner, undefined, '');
    for (const type of ENTITIES) {
      for (const subgraph of this.#declared.keys()) this.#declare(subgraph, type, 'id', 'id: ID!', true);
      for (let at = 3 + this.#below(3); at > 0; at--) this.#plainField(type, at, valueOwner);
    }
    for (let at = 5 + this.#below(7); at > 0; at--) this.#requiringField(this.#oneOf(ENTITIES), `r${at}`);
    const subgraphs = Object.fromEntries(this.#declared.map((types, at) => [`s${at}`, `${this.#roots(at)}${sdl(types)}`]));
    return { name: `random ${this.seed}`, subgraphs };
  }

  #plainField(type: string, at: number, valueOwner: number): void {
    const target = this.#oneOf([undefined, undefined, undefined, VALUE, ...ENTITIES]);
    const list = target !== undefined && this.#chance(40);
    const owner = target === VALUE ? valueOwner : this.#below(this.#declared.length);
    this.#serve(type, `${target?.toLowerCase() ?? 'f'}${at}`, owner, target, '', list);
  }

  #requiringField(type: string, name: string): void {
    const owner = this.#below(this.#declared.length);
    const used: (readonly [string, Field])[] = [];
    const selection = this.#selection(type, owner, 2, used);
    if (selection === '') return;
    for (const [parent, field] of used) this.#declare(owner, parent, field.name, `${field.declaration} @external`, false);
    this.#serve(type, name, owner, undefined, ` @requires(fields: "${selection}")`);
  }

  /** Fields of others, the latest with preference: they are the most likely to require something themselves. */
  #selection(type: string, owner: number, depth: number, used: (readonly [string, Field])[]): string {
    const others = (this.#fields.get(type) ?? []).filter((field) => field.owner !== owner && (depth > 0 || field.target === undefined));
    const names = new Set<string>();
    const parts: string[] = [];
    for (let wanted = 1 + this.#below(2); wanted > 0 && others.length > 0; wanted--) {
      const field = this.#oneOf(this.#chance(50) ? others.slice(-3) : others);
      if (names.has(field.name)) continue;
      names.add(field.name);
      const given = field.takes && this.#chance(80) ? `(k: ${this.#below(3)})` : '';
      const below = field.target === undefined ? undefined : this.#selection(field.target, owner, depth - 1, used);
      if (below === '') continue;
      used.push([type, field]);
      parts.push(`${field.name}${given}${below === undefined ? '' : ` { ${below} }`}`);
    }
    return parts.join(' ');
  }

  #serve(type: string, name: string, owner: number, target: string | undefined, directives: string, list = false): void {
    const takes = this.#chance(40);
    const named = target ?? 'Int';
    const declaration = `${name}${takes ? '(k: Int! = 1)' : ''}: ${list ? `[${named}!]!` : `${named}!`}`;
    this.#fields.get(type)?.push({ name, owner, target, takes, declaration });
    this.#declare(owner, type, name, declaration + directives, true);
  }

  #declare(subgraph: number, type: string, name: string, declaration: string, own: boolean): void {
    const types = this.#declared[subgraph];
    const fields = types?.get(type) ?? new Map<string, string>();
    types?.set(type, fields);
    if (own || !fields.has(name)) fields.set(name, declaration);
  }

  #roots(subgraph: number): string {
    const roots = [`boxes${subgraph}: [Box!]!`, `crate${subgraph}: Crate!`].filter((_, at) => subgraph === at || this.#chance(40));
    return roots.length > 0 ? `type Query { ${roots.join(' ')} }\n` : '';
  }

  #chance(percent: number): boolean {
    return this.#below(100) < percent;
  }

  #oneOf<T>(list: readonly T[]): T {
    return list[this.#below(list.length)] as T; // lists here are never empty
  }

  #below(bound: number): number {
    return hash(`${this.seed} ${this.#drawn++}`) % bound;
  }
}

function sdl(types: ReadonlyMap<string, ReadonlyMap<string, string>>): string {
  return [...types]
    .map(([type, fields]) => `type ${type}${type === VALUE ? '' : ' @key(fields: "id")'} { ${[...fields.values()].join(' ')} }`)
    .join('\n');
}
