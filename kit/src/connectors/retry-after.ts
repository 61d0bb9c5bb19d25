/** Seconds to wait by a `Retry-After` header (RFC 9110, 10.2.3): delay seconds or an HTTP date. Undefined when it says neither. */
export function retryAfterSeconds(header: string | string[] | undefined, now: Date = new Date()): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now.getTime()) / 1000));
}
