/** 行政区划代码 (GB/T 2260) as registers write them. */

declare const brand: unique symbol;
/** Six digits of GB/T 2260, or 660000 for the 兵团. */
export type DivisionCode = string & { readonly [brand]: 'DivisionCode' };

/** Reads a division code: six digits, the first not 0; longer agency forms (12-digit area codes) are cut to their first six. */
export function parseDivisionCode(text: string): DivisionCode | undefined {
  if (isDivisionCode(text)) return text;
  const code = text.normalize('NFKC').trim();
  const six = /^[1-9]\d{5}0{6}$/.test(code) ? code.slice(0, 6) : code;
  return isDivisionCode(six) ? six : undefined;
}

/**
 * The pension jurisdiction that a division lies in: its province, but the cities of the 兵团 (6590xx, and its own codes 66xxxx) belong to
 * 660000, which keeps its register apart from Xinjiang's.
 */
export function jurisdictionOfDivision(division: string): DivisionCode | undefined {
  return parseDivisionCode(division.startsWith('659') ? '660000' : `${division.slice(0, 2)}0000`);
}

function isDivisionCode(text: string): text is DivisionCode {
  return /^[1-9]\d{5}$/.test(text);
}
