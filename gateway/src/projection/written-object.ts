import { isLeafType, isNonNullType, type GraphQLOutputType } from 'graphql';
import { plainTest } from './leaves.js';
import { BUBBLE, type Projecting, type ProjectObject, type ProjectValue } from './projecting.js';
import type { WithheldBelow } from './projection.js';
import type { Condition, Occurrence } from './selection.js';

/** One key of an object and where its value comes from. */
export type FieldSource = {
  readonly key: string;
  /** The key is there if all conditions of one of these hold, at the place in `order` of the first that does. */
  readonly present: readonly (readonly Condition[])[];
} & (
  | {
      readonly kind: 'VALUE';
      /** Its key in what was fetched. */
      readonly from: string;
      readonly type: GraphQLOutputType;
      readonly read: ProjectValue;
    }
  | { readonly kind: 'TYPENAME'; readonly name: string }
  /** Depends on what the object is, of which nobody has said more than an abstract type: there is no object then. */
  | { readonly kind: 'UNKNOWN' }
  /** What the graph itself has answered. */
  | { readonly kind: 'LOCAL' }
  | { readonly kind: 'WITHHELD'; readonly below: readonly WithheldBelow[] }
);

/**
 * Writes the function that makes one kind of object, as JavaScript: an object literal of constant keys is several times faster to make
 * than one filled key by key, and this runs for every object of every answer. All that goes into the text are names of GraphQL, quoted.
 */
export function writeObject(fields: readonly FieldSource[], order: readonly Occurrence[]): ProjectObject {
  const parameters: unknown[] = [BUBBLE];
  const given = (value: unknown): string => `g[${parameters.push(value) - 1}]`;
  const lines: string[] = ['let v,n;'];
  const constants: string[] = [];
  fields.forEach((field, i) => {
    const key = JSON.stringify(field.key);
    const value = `r${i}`;
    constants.push(...readerConstant(field, i, given));
    const statements = statementsOf(field, i, key, value);
    lines.push(isAlways(field) ? `let ${value};${statements}` : `let ${value};if(${field.present.map(allOf).join('||')}){${statements}}`);
  });
  const { literal, later } = assembly(fields, order);
  const body = `"use strict";${constants.join('')}const B=g[0];return function project(o,x){${lines.join('')}const a={${literal.join(',')}};${later.join('')}return a;}`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text is made of names of the graph and the question, which GraphQL restricts to letters, digits and underscores
  const make = new Function('g', body) as (given: readonly unknown[]) => ProjectObject;
  return make(parameters);
}

function isAlways({ present }: FieldSource): boolean {
  return present.some((conditions) => conditions.length === 0);
}

function allOf(conditions: readonly Condition[]): string {
  return `(${conditions.map(conditionText).join('&&')})`;
}

/** The object literal of all keys up to the first that may be missing, and statements for the rest: a key stands where it first counts. */
function assembly(fields: readonly FieldSource[], order: readonly Occurrence[]): { readonly literal: string[]; readonly later: string[] } {
  const literal: string[] = [];
  const later: string[] = [];
  const index = new Map(fields.map(({ key }, i) => [key, i]));
  const settled = new Set<number>();
  const begun = new Set<number>();
  for (const { key: name, conditions } of order) {
    const i = index.get(name);
    if (i === undefined || settled.has(i)) continue;
    const key = JSON.stringify(name);
    const set = setKey(key, `r${i}`);
    if (conditions.length > 0) {
      later.push(begun.has(i) ? `if(!s${i}&&${allOf(conditions)}){s${i}=true;${set}}` : `let s${i}=${allOf(conditions)};if(s${i})${set}`);
      begun.add(i);
      continue;
    }
    settled.add(i);
    if (begun.has(i)) later.push(`if(!s${i})${set}`);
    else if (later.length > 0) later.push(set);
    // In a literal, "__proto__" is a key like any other only in brackets.
    else literal.push(`${name === '__proto__' ? `[${key}]` : key}:r${i}`);
  }
  return { literal, later };
}

function readerConstant(field: FieldSource, i: number, given: (value: unknown) => string): string[] {
  switch (field.kind) {
    case 'VALUE':
      return [`const f${i}=${given(field.read)};`];
    case 'WITHHELD':
      return [`const f${i}=${given((x: Projecting) => reportWithheld(field.below, x))};`];
    case 'TYPENAME':
    case 'UNKNOWN':
    case 'LOCAL':
      return [];
  }
}

function statementsOf(field: FieldSource, i: number, key: string, value: string): string {
  switch (field.kind) {
    case 'TYPENAME':
      return `${value}=${JSON.stringify(field.name)};`;
    case 'UNKNOWN':
      return 'x.noteHere();return B;';
    case 'LOCAL':
      return `${value}=x.local?.[${key}];`;
    case 'WITHHELD':
      return `${value}=f${i}(x);`;
    case 'VALUE': {
      const required = isNonNullType(field.type);
      const inner = required ? (field.type.ofType as GraphQLOutputType) : field.type;
      const leaf = isLeafType(inner);
      const plain = leaf ? plainTest(inner, 'v') : undefined;
      const read = leaf ? `v=f${i}(v,x,${key});` : `x.enter(${key});v=f${i}(v,x,${key});x.leave();`;
      const guarded = plain === undefined ? read : `if(!(${plain})){${read}}`;
      const check = required ? `if(v===null)return x.bubble(${key},n);` : '';
      return `${required ? 'n=x.broken.length;' : ''}v=${readKey(JSON.stringify(field.from))};${guarded}${check}${value}=v;`;
    }
  }
}

/** Names that every object inherits: the reply's own must be told from them. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

function readKey(key: string): string {
  return INHERITED.has(JSON.parse(key) as string) ? `(Object.hasOwn(o,${key})?o[${key}]:undefined)` : `o[${key}]`;
}

function setKey(key: string, value: string): string {
  return INHERITED.has(JSON.parse(key) as string)
    ? `Object.defineProperty(a,${key},{value:${value},enumerable:true,configurable:true,writable:true});`
    : `a[${key}]=${value};`;
}

function conditionText({ variable, is }: Condition): string {
  return `(x.variables[${JSON.stringify(variable)}]===true)===${is}`;
}

function reportWithheld(below: readonly WithheldBelow[], x: Projecting): null {
  const { path } = x;
  if (path !== null)
    for (const { path: inner, conditions, why } of below)
      if (conditions.every(({ variable, is }) => (x.variables[variable] === true) === is))
        x.withheld.push({ path: [...path, ...inner], code: why.code, scope: why.scope });
  return null;
}
