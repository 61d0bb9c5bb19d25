import {
  getNamedType,
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type FieldNode,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { responseKey } from '../graph/response-key.js';
import { fieldOf } from '../graph/schema-lookup.js';
import { fieldsOfType, selectionsBelow, type Conditioned } from '../projection/selection.js';
import type { IsLookedInto } from './looked-into.js';
import type { Reading } from './reading.js';
import { scanBoolean, scanFloat, scanInt, scanScalar, scanString, type Scan } from './scanners.js';
import { shapeOf, type Selected } from './shape.js';
import { Verbatim } from './verbatim.js';

/** Reads one object; undefined, with the reading at -1, for one that is not exactly as asked. */
export type ReadObject = (reading: Reading) => Record<string, unknown> | undefined;

/** What decides what of a reply is passed on as it is. */
export interface ReadingOf {
  /** What clients see. */
  readonly schema: GraphQLSchema;
  /** Places below the fetch that must be read. */
  readonly isLookedInto: IsLookedInto;
  /** Objects of a type must be read: they are checked one by one. */
  readonly isChecked: (type: string) => boolean;
}

/** A reader. */
export interface ObjectReader {
  readonly read: ReadObject;
  /** Something of it is passed on. */
  readonly passesOn: boolean;
}

type Sets = readonly Conditioned<SelectionSetNode>[];

/**
 * Writes the function that reads the objects of one type of a reply, as JavaScript (ADR 5): what is the same in every object is constant
 * there. All that goes into it are names of GraphQL. Undefined for a selection that depends on variables or on the types of objects.
 */
export function objectReader(type: GraphQLObjectType, set: SelectionSetNode, of: ReadingOf): ObjectReader | undefined {
  const code = new ReaderCode(of);
  const name = code.reads(type, [{ node: set, conditions: [] }], '');
  if (name === undefined) return undefined;
  const { given, functions } = code;
  const body = `"use strict";${given.map((_, i) => `const g${i}=g[${i}];`).join('')}${functions.join('')}return ${name};`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text is made of names of the graph and the question, which GraphQL restricts to letters, digits and underscores
  const make = new Function('g', body) as (given: readonly unknown[]) => ReadObject;
  return { read: make(given), passesOn: code.passesOn };
}

/** Names that mean something else in an object literal, or that every object has. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** What follows where the reply is not as asked: of a function that reads, and of one that only goes over. */
const NOT_READ = '{x.at=-1;return}';
const NOT_SCANNED = 'return -1;';

class ReaderCode {
  /** Values its functions know, in their order. */
  readonly given: unknown[] = [Verbatim];
  readonly functions: string[] = [];
  passesOn = false;
  readonly #selected: Selected;
  #names = 0;

  constructor(readonly of: ReadingOf) {
    this.#selected = { schema: of.schema, isDeferred: () => false, keyOf: responseKey, isLeftOut: () => false };
  }

  /** A function that reads an object; its name. */
  reads(type: GraphQLObjectType, sets: Sets, around: string): string | undefined {
    const fields = this.#fields(type, sets);
    if (!fields) return undefined;
    let lines = '';
    let constant = '{';
    const values: string[] = [];
    for (const { key, nodes, output } of fields) {
      constant += `${values.length > 0 ? ',' : ''}"${key}":`;
      if (!output) {
        constant += `"${type.name}"`;
        values.push(`"${key}":"${type.name}"`);
        continue;
      }
      lines += literal(constant, NOT_READ);
      constant = '';
      const into = this.#name();
      const place = around === '' ? key : `${around}.${key}`;
      const value = this.#reads(type, { key, nodes, output }, place, into);
      if (value === undefined) return undefined;
      lines += `let ${into};${value}`;
      values.push(`"${key}":${into}`);
    }
    const name = this.#name();
    this.functions.push(
      `function ${name}(x){const b=x.bytes;let p=x.at;${lines}${literal(`${constant}}`, NOT_READ)}x.at=p;return {${values.join()}}}`,
    );
    return name;
  }

  /** Statements that read the value of a field. */
  #reads(
    type: GraphQLObjectType,
    { key, nodes, output }: Field & { readonly output: GraphQLOutputType },
    place: string,
    into: string,
  ): string | undefined {
    const shape = this.#isPassedOn(output, nodes, place) ? shapeOf(type, key, nodes, this.#selected) : undefined;
    if (shape === undefined) return this.#readsValue(output, nodes, place, into);
    const scan = this.#scans(output, nodes, NOT_READ);
    if (scan === undefined) return undefined;
    this.passesOn = true;
    const from = this.#name();
    return `const ${from}=p;${scan}${into}=b[${from}]===110?null:new g0(x.text(${from},p),${JSON.stringify(shape)});`;
  }

  #readsValue(output: GraphQLOutputType, nodes: Nodes, place: string, into: string): string | undefined {
    if (!isNonNullType(output)) {
      const present = this.#readsPresent(output, nodes, place, into);
      return present && `if(b[p]===110){${literal('null', NOT_READ)}${into}=null}else{${present}}`;
    }
    return this.#readsPresent(output.ofType, nodes, place, into);
  }

  #readsPresent(output: GraphQLOutputType, nodes: Nodes, place: string, into: string): string | undefined {
    if (isListType(output)) {
      const item = this.#name();
      const value = this.#readsValue(output.ofType as GraphQLOutputType, nodes, place, item);
      return value && `${into}=[];${list(`let ${item};${value}${into}.push(${item});`, NOT_READ)}`;
    }
    if (isLeafType(output)) return this.#readsLeaf(output, into);
    const name = isObjectType(output) ? this.reads(output, selectionsBelow(nodes), place) : undefined;
    return name && `x.at=p;${into}=${name}(x);p=x.at;if(p<0)return;`;
  }

  #readsLeaf(type: GraphQLLeafType, into: string): string {
    const from = this.#name();
    const scan = `const ${from}=p;p=${this.#give(scannerOf(type))}(b,p);if(p<0)${NOT_READ}`;
    const isText = isEnumType(type) || TEXTS.has(type.name);
    return `${scan}${into}=${isText ? `x.string(${from},p)` : `b[${from}]===34?x.string(${from},p):JSON.parse(x.text(${from},p))`};`;
  }

  /** A function that goes over an object; its name. */
  #scansObject(type: GraphQLObjectType, sets: Sets): string | undefined {
    const fields = this.#fields(type, sets);
    if (!fields) return undefined;
    let lines = '';
    let constant = '{';
    for (const { key, nodes, output } of fields) {
      constant += `${fields[0]?.key === key ? '' : ','}"${key}":`;
      if (!output) {
        constant += `"${type.name}"`;
        continue;
      }
      const scan = this.#scans(output, nodes, NOT_SCANNED);
      if (scan === undefined) return undefined;
      lines += literal(constant, NOT_SCANNED) + scan;
      constant = '';
    }
    const name = this.#name();
    this.functions.push(`function ${name}(b,p){${lines}${literal(`${constant}}`, NOT_SCANNED)}return p}`);
    return name;
  }

  /** Statements that go over a value. */
  #scans(output: GraphQLOutputType, nodes: Nodes, otherwise: string): string | undefined {
    if (isNonNullType(output)) return this.#scansPresent(output.ofType, nodes, otherwise);
    const present = this.#scansPresent(output, nodes, otherwise);
    return present && `if(b[p]===110){${literal('null', otherwise)}}else{${present}}`;
  }

  #scansPresent(output: GraphQLOutputType, nodes: Nodes, otherwise: string): string | undefined {
    if (isListType(output)) {
      const item = this.#scans(output.ofType as GraphQLOutputType, nodes, otherwise);
      return item && list(item, otherwise);
    }
    if (isEnumType(output)) {
      // A value clients do not know is not passed on.
      const names = output.getValues().map(({ name }) => `"${name}"`);
      return names.map((name) => `if(${matches(name)})p+=${name.length};else `).join('') + braced(otherwise);
    }
    if (isLeafType(output)) return `p=${this.#give(scannerOf(output))}(b,p);if(p<0)${otherwise}`;
    const name = isObjectType(output) ? this.#scansObject(output, selectionsBelow(nodes)) : undefined;
    return name && `p=${name}(b,p);if(p<0)${otherwise}`;
  }

  /** The fields of an object in the order in which they are written; undefined where that is not known. */
  #fields(type: GraphQLObjectType, sets: Sets): Field[] | undefined {
    const { byKey, order, undecided } = fieldsOfType(sets, type, this.of.schema, () => false);
    if (undecided.length > 0 || byKey.size === 0 || order.some(({ conditions }) => conditions.length > 0)) return undefined;
    const fields: Field[] = [];
    for (const [key, nodes] of byKey) {
      const name = nodes[0]?.node.name.value ?? '';
      const output = fieldOf(type, name)?.type;
      if (INHERITED.has(key) || (!output && name !== '__typename')) return undefined;
      fields.push({ key, nodes, output });
    }
    return fields;
  }

  #isPassedOn(output: GraphQLOutputType, nodes: Nodes, place: string): boolean {
    return isObjectType(getNamedType(output)) && !this.of.isLookedInto(place) && !this.#holdsChecked(output, nodes);
  }

  #holdsChecked(output: GraphQLOutputType, nodes: Nodes): boolean {
    const type = getNamedType(output);
    if (!isObjectType(type)) return false;
    if (this.of.isChecked(type.name)) return true;
    const { byKey } = fieldsOfType(selectionsBelow(nodes), type, this.of.schema, () => false);
    return [...byKey.values()].some((inner) => {
      const field = fieldOf(type, inner[0]?.node.name.value ?? '');
      return field !== undefined && this.#holdsChecked(field.type, inner);
    });
  }

  #give(value: unknown): string {
    const known = this.given.indexOf(value);
    return `g${known >= 0 ? known : this.given.push(value) - 1}`;
  }

  #name(): string {
    return `v${this.#names++}`;
  }
}

type Nodes = readonly Conditioned<FieldNode>[];

interface Field {
  readonly key: string;
  readonly nodes: Nodes;
  /** Undefined for `__typename`. */
  readonly output: GraphQLOutputType | undefined;
}

const TEXTS: ReadonlySet<string> = new Set([GraphQLString.name, GraphQLID.name]);

const SCANNERS: ReadonlyMap<string, Scan> = new Map([
  [GraphQLString.name, scanString],
  // A number would be written as a string.
  [GraphQLID.name, scanString],
  [GraphQLInt.name, scanInt],
  [GraphQLFloat.name, scanFloat],
  [GraphQLBoolean.name, scanBoolean],
]);

function scannerOf(type: GraphQLLeafType): Scan {
  return isEnumType(type) ? scanString : (SCANNERS.get(type.name) ?? scanScalar);
}

/** Statements that go over a list. */
function list(item: string, otherwise: string): string {
  return `if(b[p]!==91)${braced(otherwise)}p++;if(b[p]===93)p++;else for(;;){${item}const c=b[p++];if(c===44)continue;if(c===93)break;${otherwise}}`;
}

/** Statements that go over text that must come next. */
function literal(text: string, otherwise: string): string {
  return `if(!(${matches(text)}))${braced(otherwise)}p+=${text.length};`;
}

function matches(text: string): string {
  return [...text].map((character, i) => `b[p${i > 0 ? `+${i}` : ''}]===${character.charCodeAt(0)}`).join('&&');
}

function braced(statements: string): string {
  return statements.startsWith('{') ? statements : `{${statements}}`;
}
