/**
 * A person's name as it is compared: registers differ in width, spaces and the dot of minority names (U+00B7, •, ．, 。, ・ or none at
 * all), and write rare characters as private code points. Two names that differ may still be one person, and equal names prove nothing:
 * records are never joined on a name.
 */
export function comparableName(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s\u200b-\u200d\ufeff]+/g, '')
    .replace(DOTS, '·')
    .toUpperCase();
}

/** Whether two registers may mean the same name: MATCH, DIFFERENT, or UNREADABLE where a register could not hold a character. */
export function compareNames(a: string, b: string): 'MATCH' | 'DIFFERENT' | 'UNREADABLE' {
  const [left, right] = [comparableName(a), comparableName(b)];
  if (left === right && left !== '') return 'MATCH';
  if (left.replaceAll('·', '') === right.replaceAll('·', '') && left !== '') return 'MATCH';
  return UNREADABLE.test(left) || UNREADABLE.test(right) ? 'UNREADABLE' : 'DIFFERENT';
}

const DOTS = /[.·•‧∙⋅・･。．｡]/gu;
/** Private use, replacement marks, and what a table without the character puts in its place. */
const UNREADABLE = /[\u{e000}-\u{f8ff}\u{f0000}-\u{10fffd}\ufffd?□■]/u;
