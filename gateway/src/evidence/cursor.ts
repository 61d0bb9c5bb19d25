import { catalogued } from '@yichuang/schema';

/** Where a row stands in the order of the record: its time, and its number among those of one time. */
export interface Position {
  readonly at: Date;
  readonly id: string;
}

/** A position and nothing else: rows that are added later never move it. */
export function cursorOf({ at, id }: Position): string {
  return Buffer.from(`${at.getTime()}.${id}`).toString('base64url');
}

/** @throws GraphQLError PAGE_INVALID for a text that is no cursor */
export function readCursor(cursor: string): Position {
  const [, time, id] = /^(\d{1,15})\.(\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (time === undefined || id === undefined) throw catalogued('PAGE_INVALID');
  return { at: new Date(Number(time)), id };
}
