import type { ErrorCode } from '@yichuang/schema';
import type { ClientPath } from '../execution/findings.js';

/** A value that may not stand here and takes the object around it along (GraphQL, section 6.4.4). */
export const BUBBLE = Symbol('null that may not stand here');

/** A field that was left out of the question for its caller, at its place. */
export interface WithheldAt {
  readonly path: ClientPath;
  readonly code: ErrorCode;
  readonly scope: string;
}

/**
 * One projection under way. Places are only followed when somebody will read them: a first run finds out whether there is anything to
 * say, and a second one says where.
 */
export class Projecting {
  /** Something stood where the schema does not allow it. */
  failed = false;
  /** Places of what could not stand where it was. */
  readonly broken: ClientPath[] = [];
  readonly withheld: WithheldAt[] = [];
  /** Place of the object being projected; null while nobody follows. */
  readonly path: (string | number)[] | null;

  constructor(
    readonly variables: Readonly<Record<string, unknown>>,
    follow: boolean,
    start: ClientPath = [],
    /** Introspection, by the client's keys. */
    readonly local?: Readonly<Record<string, unknown>>,
    /** A string of the data may need escaping in JSON. */
    readonly escaped = true,
  ) {
    this.path = follow ? [...start] : null;
  }

  /**
   * A null where none may stand.
   * @param noted how many places were known before the value was read: a fault that was noted inside it is not noted again
   */
  bubble(key: string | number, noted: number): typeof BUBBLE {
    if (this.broken.length === noted) this.note(key);
    this.failed = true;
    return BUBBLE;
  }

  /** A value of another shape than the schema says, in the object or list whose place is followed. */
  note(key: string | number): null {
    this.failed = true;
    if (this.path !== null) this.broken.push([...this.path, key]);
    return null;
  }

  /** The same of a value whose own place has been entered. */
  noteHere(): null {
    this.failed = true;
    if (this.path !== null) this.broken.push([...this.path]);
    return null;
  }

  enter(key: string | number): void {
    if (this.path !== null) this.path.push(key);
  }

  leave(): void {
    if (this.path !== null) this.path.pop();
  }
}

/**
 * Writes the client's object, as JSON, from what was fetched.
 * @param text what has been written before it
 * @returns the text with the object behind it; there is none where something in it may not be null
 */
export type WriteObject = (text: string, raw: Readonly<Record<string, unknown>>, x: Projecting) => string | typeof BUBBLE;

/**
 * Writes a value of one field or list item. The place of an object or list has been entered before, a leaf's has not.
 * @param text what has been written before it
 * @returns the text with the value behind it; null for a null, which the one around it writes, or is taken along by
 */
export type WriteValue = (text: string, raw: unknown, x: Projecting, key: string | number) => string | null;
