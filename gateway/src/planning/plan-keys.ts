import { isInterfaceType, isObjectType, Kind, print, type FieldNode, type GraphQLSchema, type ValueNode } from 'graphql';
import { responseKey } from '../graph/response-key.js';

/**
 * The response keys of a plan. Clients' aliases do not reach the planner: an alias that is also the name of a field an agency needs
 * would be taken for that field, and questions that differ in aliases only would be planned twice. Fields asked for with different
 * arguments, or whose own name the planner needs with arguments of its choice, get keys of the plan's making.
 */
export class PlanKeys {
  readonly #keys = new Map<string, string>();
  readonly #times = new Map<string, number>();

  /**
   * @param needed names of fields with arguments that agencies need of each other
   * @param folds values that differ in the client's alias only are one in the plan; false where each is done on its own, as in a mutation
   */
  constructor(
    readonly needed: ReadonlySet<string>,
    readonly folds: boolean,
  ) {}

  /** The key of a field in the plan; given out the first time it is asked for. */
  assign(node: FieldNode): string {
    const signature = this.#signature(node);
    let key = this.#keys.get(signature);
    if (key === undefined) {
      const name = node.name.value;
      const time = this.#times.get(name) ?? 0;
      this.#times.set(name, time + 1);
      key = time === 0 && !this.needed.has(name) ? name : `${name}__${time}`;
      this.#keys.set(signature, key);
    }
    return key;
  }

  /** The key of a field that was planned; its own name for one that was not. */
  of(node: FieldNode): string {
    return this.#keys.get(this.#signature(node)) ?? node.name.value;
  }

  #signature(node: FieldNode): string {
    // Of objects each stays on its own: one that has to be null for what is asked below it would take the other with it.
    const alone = !this.folds || node.selectionSet !== undefined;
    return alone ? `${responseKey(node)}:${signatureOf(node)}` : signatureOf(node);
  }
}

function signatureOf({ name, arguments: given }: FieldNode): string {
  if (!given || given.length === 0) return name.value;
  return `${name.value}(${given
    .map(({ name: argument, value }) => `${argument.value}: ${print(inOrder(value))}`)
    .sort()
    .join(' ')})`;
}

/** The fields of input objects in one order: fields are merged under one key of the client's in whatever order they are written. */
function inOrder(node: ValueNode): ValueNode {
  if (node.kind === Kind.LIST) return { ...node, values: node.values.map(inOrder) };
  if (node.kind !== Kind.OBJECT) return node;
  const fields = node.fields.map((field) => ({ ...field, value: inOrder(field.value) }));
  return { ...node, fields: fields.sort((a, b) => (a.name.value < b.name.value ? -1 : 1)) };
}

/**
 * Names of the fields that keys, `@requires`, `@provides` and contexts of a supergraph mention, and that take arguments on some type: keys
 * do not tell types apart.
 */
export function neededFields(supergraphSdl: string, api: GraphQLSchema): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, fields = ''] of supergraphSdl.matchAll(/\b(?:requires|key|provides|selection):\s*"((?:[^"\\]|\\.)*)"/g))
    for (const [name] of fields.matchAll(/[_A-Za-z]\w*/g)) names.add(name);
  const needed = new Set<string>();
  if (names.size === 0) return needed;
  for (const type of Object.values(api.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) if (field.args.length > 0 && names.has(field.name)) needed.add(field.name);
  }
  return needed;
}
