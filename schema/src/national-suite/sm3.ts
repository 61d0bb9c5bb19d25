import { createHash } from 'node:crypto';

/** SM3 digest (GM/T 0004) of text in UTF-8, as 64 hexadecimal digits. */
export function sm3(text: string): string {
  return createHash('sm3').update(text, 'utf8').digest('hex');
}
