import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { Decimal } from 'decimal.js';
import { catalogued, type ErrorCode } from './errors.js';
import { isCalendarDay, parseCitizenNumber, parseCreditCode, parseDivisionCode } from '@yichuang/rules/identity';

/** The catalogued refusal travels as the original error; graphql-js puts the position around it. */
function strict(name: string, code: ErrorCode, parse: (text: string) => string | undefined): GraphQLScalarType<string, string> {
  const read = (value: unknown): string => {
    const parsed = typeof value === 'string' ? parse(value) : undefined;
    if (parsed === undefined) throw catalogued(code);
    return parsed;
  };
  return new GraphQLScalarType<string, string>({
    name,
    serialize: read,
    parseValue: read,
    parseLiteral: (node: ValueNode) => read(node.kind === Kind.STRING ? node.value : undefined),
  });
}

const month = (text: string): string | undefined => (/^[1-9]\d{3}-(0[1-9]|1[0-2])$/.test(text) ? text : undefined);
const date = (text: string): string | undefined =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && isCalendarDay(text.replaceAll('-', '')) ? text : undefined;
const dateTime = (text: string): string | undefined =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
const yuan = (text: string): string | undefined =>
  /^-?\d{1,16}(\.\d{1,2})?$/.test(text) ? new Decimal(text).toFixed(2).replace(/^-(0\.00)$/, '$1') : undefined;

/** The custom scalars of every subgraph, strict in both directions. */
export const scalars = {
  CitizenNumber: strict('CitizenNumber', 'CITIZEN_NUMBER_INVALID', parseCitizenNumber),
  CreditCode: strict('CreditCode', 'CREDIT_CODE_INVALID', parseCreditCode),
  DivisionCode: strict('DivisionCode', 'DIVISION_CODE_INVALID', parseDivisionCode),
  YearMonth: strict('YearMonth', 'MONTH_INVALID', month),
  Date: strict('Date', 'DATE_INVALID', date),
  DateTime: strict('DateTime', 'DATE_TIME_INVALID', dateTime),
  Yuan: strict('Yuan', 'YUAN_INVALID', yuan),
} as const;
