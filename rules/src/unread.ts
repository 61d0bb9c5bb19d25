import type { TSchema } from 'typebox';
import type { Provisional } from './result.js';

/** So many are named; more of them say no more. */
const MOST_NAMED = 10;

/**
 * What an answer has to say of fields that the question does not know: a name that is spelled otherwise than the schema has it would change
 * nothing, and nobody would see it.
 * @param given JSON as it came
 */
export function unreadFields(schema: TSchema, given: unknown): readonly Provisional[] {
  const unread = [...new Set(unreadIn(schema, given, ''))];
  if (unread.length === 0) return [];
  const names = unread.slice(0, MOST_NAMED).join(', ');
  return [
    {
      reason: 'FIELDS_NOT_READ',
      text: {
        zh: `本类问题不使用这些字段，结果与其无关：${names}`,
        en: `this question does not read these fields, they changed nothing: ${names}`,
      },
    },
  ];
}

function* unreadIn(schema: object, given: unknown, at: string): Generator<string> {
  if (typeof given !== 'object' || given === null) return;
  if (Array.isArray(given)) {
    if ('items' in schema && isObject(schema.items)) for (const item of given) yield* unreadIn(schema.items, item, at);
    return;
  }
  // A map by year or place knows no names; a union is read as a whole.
  if (!('properties' in schema) || !isObject(schema.properties)) return;
  const known = new Map<string, unknown>(Object.entries(schema.properties));
  for (const [name, value] of Object.entries(given)) {
    const inner = known.get(name);
    const path = at === '' ? name : `${at}.${name}`;
    // Something that is no field name might be anything, a person's number too.
    if (inner === undefined) yield /^[A-Za-z][A-Za-z0-9]{0,39}$/.test(name) ? path : '*';
    else if (isObject(inner)) yield* unreadIn(inner, value, path);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
