import { divisionHistory } from '../generated/division-history.js';
import { divisions } from '../generated/divisions.js';
import { RuleRefusal } from '../refusal.js';
import type { Text } from '../text.js';

declare const provinceBrand: unique symbol;
/** Code of a province, autonomous region or municipality, or 660000 for the 兵团. */
export type Province = string & { readonly [provinceBrand]: true };

const names = new Map(divisions.rows.map(({ values }) => [values.code, values]));
const moved = divisionHistory.rows.map(({ values }) => values);

/**
 * The province a division lies in: `"440300"` is in 440000. Accepts the 12-digit codes of agencies, and old codes that have moved: 5102xx
 * is Chongqing, 6590xx the 兵团.
 * @throws RuleRefusal DIVISION_UNKNOWN naming the field
 */
export function provinceFrom(value: string | number, field: string): Province {
  const code = divisionFrom(value, field);
  const old = moved.find(({ prefix }) => code.startsWith(prefix));
  const province = old?.province ?? `${code.slice(0, 2)}0000`;
  if (!isProvince(province)) throw new RuleRefusal('DIVISION_UNKNOWN', field);
  return province;
}

/**
 * As provinceFrom, for the 32 that run a basic pension scheme: not Hong Kong, Macao and Taiwan.
 * @throws RuleRefusal DIVISION_UNKNOWN or NOT_A_PENSION_JURISDICTION naming the field
 */
export function pensionProvinceFrom(value: string | number, field: string): Province {
  const province = provinceFrom(value, field);
  if (names.get(province)?.pension !== true) throw new RuleRefusal('NOT_A_PENSION_JURISDICTION', field);
  return province;
}

/**
 * Six digits of a division whose province is known; the rest is not looked up, since it may have been abolished.
 * @throws RuleRefusal DIVISION_UNKNOWN naming the field
 */
export function divisionFrom(value: string | number, field: string): string {
  const text = String(value).normalize('NFKC').trim();
  const code = /^\d{12}$/.test(text) ? text.slice(0, 6) : text;
  if (!/^\d{6}$/.test(code) || !isProvince(`${code.slice(0, 2)}0000`)) throw new RuleRefusal('DIVISION_UNKNOWN', field);
  return code;
}

/** Name of the province a division lies in, `"440300"` in 广东; undefined for what is no division. */
export function placeName(code: string): Text | undefined {
  try {
    return provinceName(provinceFrom(code, 'code'));
  } catch (error) {
    if (error instanceof RuleRefusal) return undefined;
    throw error;
  }
}

/** 广东 · Guangdong. */
export function provinceName(province: Province): Text {
  const { zh, en } = names.get(province) ?? { zh: province, en: province };
  return { zh, en };
}

/** The 32 places that run a basic pension scheme. */
export function pensionProvinces(): readonly Province[] {
  return [...names.values()]
    .filter(({ pension }) => pension)
    .map(({ code }) => code)
    .filter(isProvince);
}

function isProvince(code: string): code is Province {
  return names.has(code);
}
