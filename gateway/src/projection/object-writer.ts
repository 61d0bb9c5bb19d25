import { isLeafType, isNonNullType, type GraphQLOutputType } from 'graphql';
import { quoted, shortWriter } from './leaves.js';
import { BUBBLE, type Projecting, type WriteObject, type WriteValue } from './projecting.js';
import type { WithheldBelow } from './projection.js';
import { hold, type Condition, type FieldsOfType } from './selection.js';

/** Where the value of a key comes from. */
export type FieldSource =
  | {
      readonly kind: 'VALUE';
      /** Its key in what was fetched. */
      readonly from: string;
      readonly type: GraphQLOutputType;
      readonly write: WriteValue;
    }
  | { readonly kind: 'TYPENAME'; readonly name: string }
  /** Depends on what the object is, of which nobody has said more than an abstract type: there is no object then. */
  | { readonly kind: 'UNKNOWN' }
  /** What the graph itself has answered. */
  | { readonly kind: 'LOCAL' }
  | { readonly kind: 'WITHHELD'; readonly below: readonly WithheldBelow[] };

/**
 * Writes the function that writes one kind of object, as JavaScript: what is the same in every object of its kind is constant text then,
 * and no object is made only to be read again. This runs for every object of every answer. All that goes into the function are names of
 * GraphQL, quoted.
 */
export function objectWriter(
  sources: ReadonlyMap<string, FieldSource>,
  { order, undecided }: Pick<FieldsOfType, 'order' | 'undecided'>,
): WriteObject {
  const given: unknown[] = [BUBBLE, quoted];
  const code = new ObjectCode((value) => `f${given.push(value) - 1}`);
  if (undecided.length > 0) code.unless(undecided);
  for (const { key, conditions } of order) {
    const source = sources.get(key);
    if (source) code.field(key, source, conditions);
  }
  const body = `"use strict";${given.map((_, i) => `const f${i}=g[${i}];`).join('')}return function write(t,o,x){let v,n,u,c;${code.end()}}`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text is made of names of the graph and the question, which GraphQL restricts to letters, digits and underscores
  const make = new Function('g', body) as (given: readonly unknown[]) => WriteObject;
  return make(given);
}

/** Names of what every function is given. */
const NO_OBJECT = 'f0';
const QUOTED = 'f1';

/** The body of such a function. A key is written where it first counts, once. */
class ObjectCode {
  #lines = '';
  /** Constant text that is still to be written. */
  #constant = '{';
  readonly #always = new Set<string>();
  readonly #sometimes = new Map<string, string>();

  /** @param given makes a value known to the function; gives back its name there */
  constructor(readonly given: (value: unknown) => string) {}

  /** There is no object where all conditions of one of these hold. */
  unless(cases: readonly (readonly Condition[])[]): void {
    this.#lines += `if(${cases.map(allOf).join('||')}){${UNKNOWN}}`;
  }

  field(key: string, source: FieldSource, conditions: readonly Condition[]): void {
    if (this.#always.has(key)) return;
    const known = this.#sometimes.get(key);
    if (conditions.length === 0 && known === undefined) {
      this.#separate();
      this.#write(key, source);
      this.#always.add(key);
      return;
    }
    this.#flush();
    const written = known ?? `s${this.#sometimes.size}`;
    const counts = conditions.length === 0 ? `!${written}` : known === undefined ? written : `!${written}&&${allOf(conditions)}`;
    if (known === undefined) this.#lines += `let ${written}=${allOf(conditions)};`;
    this.#lines += `if(${counts}){${written}=true;`;
    this.#separate();
    this.#sometimes.set(key, written);
    this.#write(key, source);
    this.#flush();
    this.#lines += `${this.#always.size === 0 ? 'c=true;' : ''}}`;
    if (conditions.length === 0) this.#always.add(key);
  }

  end(): string {
    return `${this.#lines}return t+${JSON.stringify(`${this.#constant}}`)};`;
  }

  /** Between what was written and what comes. */
  #separate(): void {
    if (this.#always.size > 0) this.#constant += ',';
    else if (this.#sometimes.size > 0) {
      this.#flush();
      this.#lines += 'if(c)t+=",";';
    }
  }

  #flush(): void {
    if (this.#constant !== '') this.#lines += `t+=${JSON.stringify(this.#constant)};`;
    this.#constant = '';
  }

  #write(name: string, source: FieldSource): void {
    const key = JSON.stringify(name);
    this.#constant += `${key}:`;
    switch (source.kind) {
      case 'TYPENAME':
        this.#constant += JSON.stringify(source.name);
        return;
      case 'UNKNOWN':
        this.#lines += UNKNOWN;
        return;
      case 'LOCAL':
        this.#flush();
        this.#lines += `t+=JSON.stringify(x.local?.[${key}]??null);`;
        return;
      case 'WITHHELD':
        this.#constant += 'null';
        this.#lines += `${this.given((x: Projecting) => {
          reportWithheld(source.below, x);
        })}(x);`;
        return;
      case 'VALUE':
        this.#flush();
        this.#lines += this.#value(key, source);
    }
  }

  #value(key: string, { from, type, write }: Extract<FieldSource, { kind: 'VALUE' }>): string {
    const required = isNonNullType(type);
    const inner = required ? (type.ofType as GraphQLOutputType) : type;
    const leaf = isLeafType(inner);
    const call = `${this.given(write)}(t,v,x,${key})`;
    const none = required ? `return x.bubble(${key},n);` : 't+="null";';
    const whole = `${required ? 'n=x.broken.length;' : ''}${leaf ? `u=${call};` : `x.enter(${key});u=${call};x.leave();`}if(u===null){${none}}else t=u;`;
    const short = leaf ? shortWriter(inner, 'v', QUOTED) : undefined;
    return `v=${readKey(from)};${short ? `if(${short.fits})t+=${short.json};else{${whole}}` : whole}`;
  }
}

const UNKNOWN = `x.noteHere();return ${NO_OBJECT};`;

/** Names that every object inherits: the reply's own must be told from them. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

function readKey(name: string): string {
  const key = JSON.stringify(name);
  return INHERITED.has(name) ? `(Object.hasOwn(o,${key})?o[${key}]:undefined)` : `o[${key}]`;
}

function allOf(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? 'true' : `(${conditions.map(conditionText).join('&&')})`;
}

function conditionText({ variable, is }: Condition): string {
  return `(x.variables[${JSON.stringify(variable)}]===true)===${is}`;
}

function reportWithheld(below: readonly WithheldBelow[], x: Projecting): void {
  const { path } = x;
  if (path !== null)
    for (const { path: inner, conditions, why } of below)
      if (hold(conditions, (name) => x.variables[name] === true))
        x.withheld.push({ path: [...path, ...inner], code: why.code, scope: why.scope });
}
