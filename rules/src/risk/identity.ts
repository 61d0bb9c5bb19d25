import type { IdentityConflict } from '../record/record.js';
import type { Text } from '../text.js';
import { evidence, type RiskRule } from './finding.js';

/** R14. */
export const identityConflict: RiskRule = {
  code: 'R14',
  title: { zh: '身份信息冲突', en: 'Registers disagree about who the person is' },
  article: '社会保险法 第五十八条；社会保险经办条例 第六条',
  wayOut: {
    zh: '携带身份证件到参保地经办机构核对；两条记录均保留，核实前不得合并。',
    en: 'Have it checked at the agency with the identity card; both records are kept, and nothing is merged before it is settled.',
  },
  reads: ['person'],
  withoutSource: 'MORE',
  find: ({ person }) =>
    person.identityConflicts.map(({ kind, jurisdiction }) =>
      evidence(KINDS[kind], jurisdiction === undefined ? {} : { places: [jurisdiction] }),
    ),
};

const KINDS: Readonly<Record<IdentityConflict['kind'], Text>> = {
  TWO_PERSONS_ONE_NUMBER: { zh: '同一公民身份号码下登记了两个人。', en: 'A register has two persons under one citizen number.' },
  TWO_NUMBERS_ONE_PERSON: { zh: '同一人在一地有两个个人编号。', en: 'A register has one person under two numbers.' },
  BIRTH_DATES_DIFFER: { zh: '各登记机构的出生日期不一致。', en: 'Registers hold different dates of birth.' },
  SEXES_DIFFER: { zh: '各登记机构的性别不一致。', en: 'Registers hold different sexes.' },
  NUMBER_INVALID: { zh: '登记的公民身份号码校验不通过。', en: 'A citizen number on record fails its check.' },
};
