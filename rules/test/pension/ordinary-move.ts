import { ask } from './question.js';

/** A move out of Guangdong with three years of contributions, of which cases change a part. */
export const MOVE = {
  personType: 'ENTERPRISE_EMPLOYEE',
  accountKind: 'ORDINARY',
  fromProvince: '440000',
  toProvince: '430000',
  transferOutMonth: '202409',
  personalRate: '0.08',
  openingBalance: '0.00',
  openingBalanceAsOf: null,
  pre1998PersonalWithInterest: '0.00',
  interestMethod: 'MONTH_PRODUCT',
  ratesByYear: { '2021': '0.0669', '2022': '0.0612', '2023': '0.0397' },
  segments: [
    { from: '202107', to: '202206', base: '6000.00' },
    { from: '202207', to: '202306', base: '6500.00' },
    { from: '202307', to: '202406', base: '7200.00' },
  ],
};

/** What moves of it. */
export function amount(changed: object): Record<string, unknown> {
  return ask('pension_transfer_amount', { ...MOVE, ...changed });
}
