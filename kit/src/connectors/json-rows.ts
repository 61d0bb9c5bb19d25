import type { RawRow } from '../systems/system.js';
import type { ExactJson } from './exact-json.js';

/** One step of a path: a member's name, and whether its value is a list to go through (`payments[]`). */
interface Step {
  readonly name: string;
  readonly each: boolean;
}

/** Finds the rows of one part in an answer; undefined where the answer does not have the shape the path says. */
export type RowFinder = (answer: ExactJson) => readonly RawRow[] | undefined;

/** Reads one value by a dot path (`data.total`); undefined where there is none. */
export function memberAt(answer: ExactJson, path: string): ExactJson | undefined {
  let value: ExactJson | undefined = answer;
  for (const name of path.split('.')) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

/**
 * Compiles the place of a part's rows: `data.payments`, or `data[].accounts[].payments[]` where a province nests lists. A row inherits
 * what the objects around it on the path say (the person's number above the payments), its own members going first. The last step is
 * a list or a single object. Null means that there is nothing; a missing member means that the answer is not whole.
 */
export function rowFinder(path: string): RowFinder {
  const steps = path.split('.').map((text): Step => ({ name: text.replace(/\[\]$/, ''), each: text.endsWith('[]') }));
  return (answer) => {
    const rows: RawRow[] = [];
    return collect(answer, steps, 0, {}, rows) ? rows : undefined;
  };
}

function collect(value: ExactJson, steps: readonly Step[], at: number, inherited: RawRow, rows: RawRow[]): boolean {
  const step = steps[at];
  if (!step || !isObject(value) || !Object.hasOwn(value, step.name)) return false;
  const member = value[step.name];
  if (member === undefined) return false;
  if (member === null) return true;
  const last = at === steps.length - 1;
  const elements = Array.isArray(member) ? (member as readonly ExactJson[]) : step.each ? undefined : [member];
  // Going through a list without saying so would hide a wrong path.
  if (!elements || (Array.isArray(member) && !last && !step.each)) return false;
  for (const element of elements) {
    if (!isObject(element)) return false;
    // The wrapper around everything (`data`) is no record; what lists hold is.
    const row = step.each || last ? { ...inherited, ...scalarsOf(element) } : inherited;
    if (last) rows.push(row);
    else if (!collect(element, steps, at + 1, row, rows)) return false;
  }
  return true;
}

/** The members of an object that are values: text as it stands, truth as 1 and 0. Nested objects and lists are other parts' rows. */
function scalarsOf(element: { readonly [name: string]: ExactJson }): RawRow {
  const row: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(element)) {
    if (value === null || typeof value === 'string') row[name] = value;
    else if (typeof value === 'boolean') row[name] = value ? '1' : '0';
  }
  return row;
}

function isObject(value: ExactJson | undefined): value is { readonly [name: string]: ExactJson } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
