import { Type } from 'typebox';
import { pensionProvinceFrom } from '../../divisions/division.js';
import { DivisionInput, MoneyInput, MonthInput } from '../../input.js';
import { defineKind } from '../../kind.js';
import { fenFromYuan, yuan } from '../../money.js';
import { monthFrom } from '../../month.js';
import { RuleRefusal } from '../../refusal.js';
import { residentPension } from './resident-pension.js';

/** `resident_pension`: what the resident scheme pays a month. */
export const residentPensionKind = defineKind({
  kind: 'resident_pension',
  title: { zh: '城乡居民养老金预测算', en: 'pension of the resident scheme' },
  input: Type.Object({
    accountBalance: MoneyInput,
    month: MonthInput,
    birthMonth: Type.Optional(MonthInput),
    province: Type.Optional(DivisionInput),
    basicPension: Type.Optional(MoneyInput),
  }),
  evaluate({ accountBalance, month: given, birthMonth, province, basicPension }, options) {
    const month = monthFrom(given, 'month');
    const age = birthMonth === undefined ? undefined : month - monthFrom(birthMonth, 'birthMonth');
    if (age !== undefined && age < 0) throw new RuleRefusal('RANGE_REVERSED', 'month');
    const answer = residentPension(
      {
        account: fenFromYuan(accountBalance, 'accountBalance'),
        month,
        age,
        province: province === undefined ? undefined : pensionProvinceFrom(province, 'province'),
        basic: basicPension === undefined ? undefined : fenFromYuan(basicPension, 'basicPension'),
      },
      options,
    );
    const { paidFromAge, divisor, account, basic, total } = answer.figures;
    return {
      ...answer,
      figures: { paidFromAge, divisor: String(divisor), accountPension: yuan(account), basicPension: yuan(basic), total: yuan(total) },
    };
  },
});
