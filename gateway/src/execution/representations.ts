import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import { isRecord } from '../agencies/reply.js';
import type { Fetched, IsOfType } from './places.js';
import { applyRewrites } from './rewrites.js';

/**
 * What the representations of one kind of entity have in common. Almost always that is all but one text, the key: it is then enough to
 * know the entity by, and everything around it is written once.
 */
export interface RepresentationForm {
  /** JSON text around the key, which is text; undefined when a representation is kept as JSON text as a whole. */
  readonly around: { readonly before: string; readonly after: string } | undefined;
  readonly typename: string;
  /** Name of the key. */
  readonly key: string;
}

const WHOLE: RepresentationForm = { around: undefined, typename: '', key: '' };

/** What some objects are known by to an agency, in their order. */
export class Representations {
  readonly forms: RepresentationForm[] = [];
  /** With the form, tells entities from each other. Undefined for an object that does not hold all the agency needs: it is not sent. */
  readonly values: (string | undefined)[] = [];
  #firsts: readonly number[] | undefined;

  add(form: RepresentationForm, value: string | undefined): void {
    this.forms.push(form);
    this.values.push(value);
  }

  /** For each object the first that is the same entity, which may be itself; -1 for one that is not sent. */
  get firsts(): readonly number[] {
    return (this.#firsts ??= this.#findFirsts());
  }

  #findFirsts(): number[] {
    const byForm = new Map<RepresentationForm, Map<string, number>>();
    return this.values.map((value, i) => {
      const form = this.forms[i];
      if (value === undefined || form === undefined) return -1;
      let seen = byForm.get(form);
      if (!seen) byForm.set(form, (seen = new Map<string, number>()));
      const first = seen.get(value);
      if (first === undefined) seen.set(value, i);
      return first ?? i;
    });
  }
}

/** Finds out what an agency knows an object by, and adds it. */
export type Represent = (object: Readonly<Fetched>, into: Representations) => void;

/** JSON text of representations of one form, with commas between them. */
export function writeRepresentations({ around }: RepresentationForm, values: readonly string[]): string {
  if (!around) return values.join();
  const { before, after } = around;
  return values.every(isPlain)
    ? `${before}"${values.join(`"${after},${before}"`)}"${after}`
    : `${before}${values.map((value) => JSON.stringify(value)).join(`${after},${before}`)}${after}`;
}

type WriteObject = (object: Readonly<Fetched>) => string | undefined;

interface Needed {
  /** Where it stands in what has been fetched. */
  readonly key: string;
  /** What stands before its value in JSON, from the end of the value before it on. */
  readonly head: string;
  /** Undefined for what has no fields of its own. */
  readonly object: WriteObject | undefined;
}

/** What is needed of objects of one type. */
interface NeededOfType {
  readonly fields: readonly Needed[];
  /** What stands after the last value. */
  readonly tail: string;
  /** Undefined when more is needed than one key. */
  readonly form: RepresentationForm | undefined;
}

/** Makes what finds representations, for the fetches of one plan: those alike have the same forms. */
export class RepresentationCompiler {
  readonly #forms = new Map<string, RepresentationForm>();
  readonly #compiled = new Map<string, Represent>();

  constructor(readonly of: IsOfType) {}

  /**
   * Compiles `requires` of a plan. Each object is looked at once for all fetches that need the same of it.
   * @param needs equal for fetches that need the same
   */
  compile(needs: string, requires: readonly QueryPlanSelectionNode[], rewrites: readonly FetchDataRewrite[] | undefined): Represent {
    let represent = this.#compiled.get(needs);
    if (!represent) this.#compiled.set(needs, (represent = this.#compile(requires, rewrites ?? [])));
    return represent;
  }

  #compile(requires: readonly QueryPlanSelectionNode[], rewrites: readonly FetchDataRewrite[]): Represent {
    const needed = neededByType(requires, this.of, rewrites.length === 0 ? (form) => this.#known(form) : undefined);
    return (object, into) => {
      const typename = object['__typename'];
      const { fields, form } = typeof typename === 'string' ? needed(typename) : NOTHING_NEEDED;
      // Whoever has nothing but a type cannot be told from others of it.
      if (fields.length === 0) {
        into.add(WHOLE, undefined);
        return;
      }
      const value = form && Object.hasOwn(object, form.key) ? object[form.key] : undefined;
      if (form && typeof value === 'string') into.add(form, value);
      else into.add(WHOLE, rewritten(writeObject(object, needed(typename)), rewrites, this.of));
    };
  }

  #known(form: RepresentationForm & { readonly around: object }): RepresentationForm {
    const text = `${form.around.before}\n${form.around.after}`;
    let known = this.#forms.get(text);
    if (!known) this.#forms.set(text, (known = form));
    return known;
  }
}

type NeededBy = (typename: unknown) => NeededOfType;
type KnownForm = (
  form: RepresentationForm & { readonly around: { readonly before: string; readonly after: string } },
) => RepresentationForm;

const NOTHING_NEEDED: NeededOfType = { fields: [], tail: '', form: undefined };

/** Names of types come from replies; more than a graph has are not worth remembering. */
const TYPES_KEPT = 1_000;

function neededByType(selections: readonly QueryPlanSelectionNode[], of: IsOfType, known: KnownForm | undefined): NeededBy {
  const byType = new Map<unknown, NeededOfType>();
  return (typename) => {
    let needed = byType.get(typename);
    if (!needed) {
      needed = neededOf(selections, typename, of, known);
      if (byType.size < TYPES_KEPT) byType.set(typename, needed);
    }
    return needed;
  };
}

function neededOf(
  selections: readonly QueryPlanSelectionNode[],
  typename: unknown,
  of: IsOfType,
  known: KnownForm | undefined,
): NeededOfType {
  /** By the name a field has in a representation: the agency knows nothing of the plan's aliases. */
  const keys = new Map<string, { readonly key: string; readonly below: QueryPlanSelectionNode[] | undefined }>();
  const walk = (list: readonly QueryPlanSelectionNode[]): void => {
    for (const selection of list) {
      if (selection.kind === 'InlineFragment') {
        if (selection.typeCondition === undefined || of(typename, selection.typeCondition)) walk(selection.selections);
        continue;
      }
      const before = keys.get(selection.name);
      const key = before?.key ?? selection.alias ?? selection.name;
      keys.set(selection.name, { key, below: selection.selections ? [...(before?.below ?? []), ...selection.selections] : before?.below });
    }
  };
  walk(selections);
  const fields: Needed[] = [];
  let head = '{';
  for (const [name, { key, below }] of keys) {
    head += `${head === '{' ? '' : ','}${JSON.stringify(name)}:`;
    if (key === '__typename' && typeof typename === 'string') {
      // The same for all objects of the type.
      head += JSON.stringify(typename);
      continue;
    }
    const needed = below && neededByType(below, of, undefined);
    fields.push({ key, head, object: needed && ((object) => writeObject(object, needed(object['__typename']))) });
    head = '';
  }
  const tail = `${head}}`;
  const [only] = fields;
  const form =
    known && typeof typename === 'string' && only && !only.object && fields.length === 1 && keys.has(only.key)
      ? known({ around: { before: only.head, after: tail }, typename, key: only.key })
      : undefined;
  return { fields, tail, form };
}

function writeObject(object: Readonly<Fetched>, { fields, tail }: NeededOfType): string | undefined {
  let text = '';
  for (const { key, head, object: below } of fields) {
    const value = Object.hasOwn(object, key) ? object[key] : undefined;
    if (value === undefined) return undefined;
    const written = below ? writeNested(value, below) : writeLeaf(value);
    if (written === undefined) return undefined;
    text += head + written;
  }
  return text + tail;
}

function rewritten(text: string | undefined, rewrites: readonly FetchDataRewrite[], of: IsOfType): string | undefined {
  if (text === undefined || rewrites.length === 0) return text;
  const representation: unknown = JSON.parse(text);
  applyRewrites(rewrites, representation, of);
  return JSON.stringify(representation);
}

/** Text that JSON writes as it is. */
const PLAIN = /^[\w .:/+=-]*$/;

function isPlain(text: string): boolean {
  return PLAIN.test(text);
}

function writeLeaf(value: unknown): string {
  return typeof value === 'string' && isPlain(value) ? `"${value}"` : JSON.stringify(value);
}

function writeNested(value: unknown, object: WriteObject): string | undefined {
  if (value === null) return 'null';
  if (isRecord(value)) return object(value);
  if (!Array.isArray(value)) return undefined;
  const items: string[] = [];
  for (const item of value) {
    const written = writeNested(item, object);
    if (written === undefined) return undefined;
    items.push(written);
  }
  return `[${items.join(',')}]`;
}
