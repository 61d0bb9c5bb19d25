import { describe, expect, it } from '@jest/globals';
import { GraphQLError, Kind } from 'graphql';
import { scalars } from '@yichuang/schema';

type ScalarName = keyof typeof scalars;

describe('scalars', () => {
  it.each<[ScalarName, string, string]>([
    ['CitizenNumber', '110105491231002', '11010519491231002X'],
    ['CreditCode', '91350100m000100y43', '91350100M000100Y43'],
    ['DivisionCode', '440000', '440000'],
    ['YearMonth', '2024-02', '2024-02'],
    ['Date', '2024-02-29', '2024-02-29'],
    ['DateTime', '2024-02-29T08:00:00+08:00', '2024-02-29T08:00:00+08:00'],
    ['Yuan', '1234.5', '1234.50'],
    ['Yuan', '-0', '0.00'],
    ['Yuan', '9007199254740993.01', '9007199254740993.01'],
  ])('%s reads %s as %s, from a variable and from the document', (name, text, value) => {
    expect(scalars[name].parseValue(text)).toBe(value);
    expect(scalars[name].parseLiteral({ kind: Kind.STRING, value: text })).toBe(value);
  });

  it.each<[ScalarName, unknown, string]>([
    ['CitizenNumber', '110105194912310021', 'CITIZEN_NUMBER_INVALID'],
    ['CitizenNumber', 11010519491231, 'CITIZEN_NUMBER_INVALID'],
    ['CreditCode', '91350100M000100Y44', 'CREDIT_CODE_INVALID'],
    ['DivisionCode', '44', 'DIVISION_CODE_INVALID'],
    ['YearMonth', '2024-13', 'MONTH_INVALID'],
    ['YearMonth', '202412', 'MONTH_INVALID'],
    ['Date', '2023-02-29', 'DATE_INVALID'],
    ['DateTime', '2024-02-29T08:00:00', 'DATE_TIME_INVALID'],
    ['Yuan', '1.005', 'YUAN_INVALID'],
    ['Yuan', '1,000.00', 'YUAN_INVALID'],
  ])('%s refuses %j with %s and does not repeat it', (name, value, code) => {
    const refusal = (): unknown => scalars[name].parseValue(value);
    expect(refusal).toThrow(GraphQLError);
    try {
      refusal();
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      expect(error.extensions['code']).toBe(code);
      expect(error.message).not.toContain(String(value));
    }
  });
});
