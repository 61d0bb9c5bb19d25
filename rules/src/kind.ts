import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { RuleRefusal } from './refusal.js';
import type { RuleOptions, Ruled } from './result.js';
import type { Text } from './text.js';

/** One question that can be put to the rules by name, with the JSON it takes. */
export interface Kind {
  /** As cases name it: `pension_transfer_amount`. */
  readonly kind: string;
  readonly title: Text;
  readonly input: TSchema;
  /**
   * @param input JSON as it came; nulls in objects count as absent
   * @throws RuleRefusal when it does not fit or cannot be decided
   */
  answer(input: unknown, options: RuleOptions): Ruled<unknown>;
}

/**
 * Declares a kind: its input is checked against the schema before `evaluate` reads it. Fields that the schema does not know are ignored.
 * @param definition evaluate: gives JSON figures in the form in which cases expect them
 */
export function defineKind<I extends TSchema>(definition: {
  readonly kind: string;
  readonly title: Text;
  readonly input: I;
  evaluate(input: Static<I>, options: RuleOptions): Ruled<unknown>;
}): Kind {
  const { kind, title, input } = definition;
  return {
    kind,
    title,
    input,
    answer(given, options) {
      const cleaned = withoutNulls(given, '', 0);
      if (Value.Check(input, cleaned)) return definition.evaluate(cleaned, options);
      const [first] = Value.Errors(input, cleaned);
      throw new RuleRefusal('INPUT_INVALID', fieldOf(first, cleaned));
    },
  };
}

const DEEPEST = 16;
const LONGEST = 20_000;

function withoutNulls(value: unknown, field: string, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) throw new RuleRefusal('INPUT_TOO_LARGE', field);
  if (Array.isArray(value)) {
    if (value.length > LONGEST) throw new RuleRefusal('INPUT_TOO_LARGE', field);
    return value.map((item: unknown, index) => withoutNulls(item, `${field}[${index}]`, depth + 1));
  }
  const present: [string, unknown][] = [];
  for (const [name, item] of Object.entries(value)) {
    if (item === null || item === undefined) continue;
    present.push([name, withoutNulls(item, `${field}${field === '' ? '' : '.'}${nameOf(name)}`, depth + 1)]);
  }
  return Object.fromEntries(present);
}

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
}

/** `/segments/2` lacking `base` is `segments[2].base`. */
function fieldOf(error: SchemaError | undefined, input: unknown): string {
  if (error === undefined) return '';
  let field = '';
  let at = input;
  for (const name of error.instancePath.split('/').slice(1)) {
    field += Array.isArray(at) ? `[${name}]` : `.${nameOf(name)}`;
    at = typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined;
  }
  if (error.keyword === 'required' && 'requiredProperties' in error.params && Array.isArray(error.params.requiredProperties)) {
    field += `.${nameOf(String(error.params.requiredProperties[0]))}`;
  }
  return field.replace(/^\./, '');
}

/** A name of the input as it may be repeated: what does not look like a field or a year could be anything, a person's number too. */
function nameOf(name: string): string {
  return /^[A-Za-z][A-Za-z0-9]{0,39}$|^\d{4}$/.test(name) ? name : '*';
}
