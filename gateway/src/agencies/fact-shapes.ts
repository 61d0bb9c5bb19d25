/** Shapes of the facts about systems that an agency may state to the client. Anything else it writes stays here: it may be about a person. */

/** Identifier of a legacy system. */
export function isSystemId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.:-]{1,64}$/.test(value) && !/\d{15}/.test(value);
}

/** Six digits of GB/T 2260. */
export function isDivision(value: unknown): value is string {
  return typeof value === 'string' && /^\d{6}$/.test(value);
}

/** Date and time with an offset, RFC 3339. */
export function isTime(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T[\d:.]{5,20}(Z|[+-]\d{2}:\d{2})$/.test(value);
}
