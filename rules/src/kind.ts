import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
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
 * Declares a kind: its input is checked against the schema before `evaluate` reads it. Fields that the schema does not know change nothing.
 * @param definition evaluate: gives JSON figures in the form in which cases expect them
 */
export function defineKind<I extends TSchema>(definition: {
  readonly kind: string;
  readonly title: Text;
  readonly input: I;
  evaluate(input: Static<I>, options: RuleOptions): Ruled<unknown>;
}): Kind {
  const { kind, title, input } = definition;
  // Made by the first who asks: most questions are never put in one process.
  let validator: Validator | undefined;
  return {
    kind,
    title,
    input,
    answer(given, options) {
      const cleaned = withoutNulls(given, []);
      validator ??= Compile(input);
      if (fits<I>(validator, cleaned)) return definition.evaluate(cleaned, options);
      const [first] = Value.Errors(input, cleaned);
      throw new RuleRefusal('INPUT_INVALID', fieldOf(first, cleaned));
    },
  };
}

function fits<I extends TSchema>(validator: Pick<Validator, 'Check'>, value: unknown): value is Static<I> {
  return validator.Check(value);
}

const DEEPEST = 16;
const LONGEST = 20_000;

/**
 * The same without nulls in objects; what holds none is not copied.
 * @param path where it stands, for the refusal
 */
function withoutNulls(value: unknown, path: (string | number)[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (path.length > DEEPEST) throw new RuleRefusal('INPUT_TOO_LARGE', fieldAt(path));
  const below = (name: string | number, item: unknown): unknown => {
    path.push(name);
    const cleaned = withoutNulls(item, path);
    path.pop();
    return cleaned;
  };
  if (Array.isArray(value)) {
    if (value.length > LONGEST) throw new RuleRefusal('INPUT_TOO_LARGE', fieldAt(path));
    let copy: unknown[] | undefined;
    for (const [index, item] of value.entries()) {
      const cleaned = below(index, item);
      if (cleaned !== item) (copy ??= [...(value as unknown[])])[index] = cleaned;
    }
    return copy ?? value;
  }
  let changed = false;
  const present: [string, unknown][] = [];
  for (const [name, item] of Object.entries(value)) {
    if (item === null || item === undefined) {
      changed = true;
      continue;
    }
    const cleaned = below(name, item);
    changed ||= cleaned !== item;
    present.push([name, cleaned]);
  }
  return changed ? Object.fromEntries(present) : value;
}

function fieldAt(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (field, name) => (typeof name === 'number' ? `${field}[${name}]` : `${field}${field === '' ? '' : '.'}${nameOf(name)}`),
    '',
  );
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
