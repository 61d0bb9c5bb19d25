/** FNV-1a, then mixed: texts that differ in one character give numbers that have nothing to do with each other. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  value = Math.imul(value ^ (value >>> 12), 0x297a2d39);
  return (value ^ (value >>> 15)) >>> 0;
}

/** A number in [0, 1) that belongs to a text. */
export function share(text: string): number {
  return hash(text) / 0x1_0000_0000;
}

/** One of a list, the same for the same text. Undefined when the list is empty. */
export function pick<T>(list: readonly T[], text: string): T | undefined {
  return list[hash(text) % list.length];
}
