import { isLeafType, isNonNullType, type GraphQLOutputType } from 'graphql';
import { plainTest } from './leaves.js';
import { BUBBLE, type Projecting, type ProjectObject, type ProjectValue } from './projecting.js';
import type { WithheldBelow } from './projection.js';
import type { Condition } from './selection.js';

/** One key of an object and where its value comes from. */
export type FieldSource = {
  readonly key: string;
  /** The key is there if all conditions of one of these hold; empty for a key that always is. */
  readonly present: readonly (readonly Condition[])[];
} & (
  | { readonly kind: 'VALUE'; readonly type: GraphQLOutputType; readonly read: ProjectValue }
  /** Name undefined: an abstract type, which no object can be. */
  | { readonly kind: 'TYPENAME'; readonly name: string | undefined }
  | { readonly kind: 'AS_IS' }
  | { readonly kind: 'WITHHELD'; readonly below: readonly WithheldBelow[] }
);

/**
 * Writes the function that makes one kind of object, as JavaScript: an object literal of constant keys is several times faster to make
 * than one filled key by key, and this runs for every object of every answer. All that goes into the text are names of GraphQL, quoted.
 */
export function writeObject(fields: readonly FieldSource[]): ProjectObject {
  const parameters: unknown[] = [BUBBLE];
  const given = (value: unknown): string => `g[${parameters.push(value) - 1}]`;
  const lines: string[] = ['let v,n;'];
  const literal: string[] = [];
  const later: string[] = [];
  const constants: string[] = [];
  fields.forEach((field, i) => {
    const key = JSON.stringify(field.key);
    const value = `r${i}`;
    constants.push(...readerConstant(field, i, given));
    const statements = statementsOf(field, i, key, value);
    if (field.present.length === 0) {
      lines.push(`let ${value};${statements}`);
      // In a literal, "__proto__" is a key like any other only in brackets.
      if (later.length === 0) literal.push(`${field.key === '__proto__' ? `[${key}]` : key}:${value}`);
      else later.push(setKey(key, value));
    } else {
      const test = `(${field.present.map((conditions) => `(${conditions.map(conditionText).join('&&')})`).join('||')})`;
      lines.push(`let ${value};const p${i}=${test};if(p${i}){${statements}}`);
      later.push(`if(p${i})${setKey(key, value)}`);
    }
  });
  const body = `"use strict";${constants.join('')}const B=g[0];return function project(o,x){${lines.join('')}const a={${literal.join(',')}};${later.join('')}return a;}`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text is made of names of the graph and the question, which GraphQL restricts to letters, digits and underscores
  const make = new Function('g', body) as (given: readonly unknown[]) => ProjectObject;
  return make(parameters);
}

function readerConstant(field: FieldSource, i: number, given: (value: unknown) => string): string[] {
  switch (field.kind) {
    case 'VALUE':
      return [`const f${i}=${given(field.read)};`];
    case 'WITHHELD':
      return [`const f${i}=${given((x: Projecting) => reportWithheld(field.below, x))};`];
    case 'TYPENAME':
    case 'AS_IS':
      return [];
  }
}

function statementsOf(field: FieldSource, i: number, key: string, value: string): string {
  switch (field.kind) {
    case 'TYPENAME':
      return field.name === undefined ? 'return B;' : `${value}=${JSON.stringify(field.name)};`;
    case 'AS_IS':
      return `${value}=${readKey(key)};`;
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
      return `${required ? 'n=x.broken.length;' : ''}v=${readKey(key)};${guarded}${check}${value}=v;`;
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
