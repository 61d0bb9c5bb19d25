import { Type } from 'typebox';

/*
 * Pieces of input schemas. They say which JSON may stand there; what it means is read by monthFrom, fenFromYuan and their like, whose
 * refusals name the field and the fault.
 */

const textOrNumber = (description: string) => Type.Union([Type.String({ maxLength: 64 }), Type.Number()], { description });

/** Month as YYYYMM. */
export const MonthInput = textOrNumber('月份 YYYYMM');
/** Day as YYYY-MM-DD. */
export const DateInput = textOrNumber('日期 YYYY-MM-DD');
/** Yuan with at most two decimals. */
export const MoneyInput = textOrNumber('金额（元，两位小数）');
/** A rate, share, coefficient or index as a decimal. */
export const RateInput = textOrNumber('比率，例如 0.08');
/** Division of GB/T 2260. */
export const DivisionInput = textOrNumber('行政区划代码（GB/T 2260）');
/** A whole number of months or years, not negative. */
export const CountInput = Type.Integer({ minimum: 0, maximum: 100_000 });
