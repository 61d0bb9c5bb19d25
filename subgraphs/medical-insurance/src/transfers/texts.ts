import type { Text } from '@yichuang/rules';

/** What is said to somebody whose medical relation cannot move now. */
export const REFUSALS = {
  STATEMENT_MISSING: { zh: '须说明转出和转入的险种', en: 'the schemes that it leaves and goes into have to be named' },
  SAME_POOLING_AREA: {
    zh: '转出地和转入地在同一统筹区，无须转移，由该统筹区经办机构办理',
    en: 'both are in one pooling area: nothing is transferred, its office handles that by itself',
  },
  NO_RELATION_AT_SOURCE: { zh: '转出地没有可以转移的医保关系', en: 'there is no medical relation at the place of origin that could move' },
  SEVERAL_AREAS: {
    zh: '该省有多个统筹区的医保关系，请写明统筹区代码',
    en: 'the province holds relations in several pooling areas: name the one that is meant by its six digits',
  },
  STILL_INSURED_AT_SOURCE: {
    zh: '转出地职工医保尚未停保，停保后再申请',
    en: 'the employee cover at the place of origin has not stopped: apply when it has',
  },
  NOT_YET_CONTRIBUTED: {
    zh: '在转入地尚未参保缴费，参保缴费后再申请',
    en: 'nothing is paid at the destination yet: apply when a cover runs there and is paid for',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** What has to be done about two covers at a time. */
export const KEEP: Readonly<Record<'SOURCE' | 'TARGET' | 'EITHER', Text>> = {
  SOURCE: {
    zh: '按重复参保处理办法，应保留转出地参保，转入地先停保',
    en: 'of two covers the one at the place of origin is to be kept: stop the other first',
  },
  TARGET: {
    zh: '按重复参保处理办法，应保留转入地参保，请先在转出地停保',
    en: 'of two covers the one at the destination is to be kept: stop the one at the place of origin first',
  },
  EITHER: { zh: '请选择保留一份参保，另一份停保', en: 'choose which of the two covers to keep, and stop the other' },
};

/** Residents pay by the year. */
export const NEXT_YEAR: Text = {
  zh: '居民医保之间转移，一般自下一参保年度起生效',
  en: 'between covers of residents it counts from the next year of enrolment, as a rule',
};
