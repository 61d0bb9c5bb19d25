import type { PersonaScript } from './script.js';

/** People whose registers are in disorder. What is planted on them is in `../dirt-on-personas.ts` and in the manifest. */
export const REGISTER_TROUBLE: readonly PersonaScript[] = [
  {
    key: 'fifteen-digits',
    rank: 30,
    zh: '老表里的十五位身份证号',
    en: 'A 15-digit number in the old table',
    story:
      'Heilongjiang booked her months up to 2005 under the 15-digit number and never rewrote them. Looking up the 18 characters alone misses ten years.',
    name: '崔桂兰',
    sex: 'F',
    born: '1974-11-30',
    hukou: '230100',
    live: (life, stage) => {
      life.employed({ at: stage.home('230000'), in: '230000', from: '1996-06', level: 0.8 });
    },
  },
  {
    key: 'name-cut',
    rank: 31,
    zh: '二十字节截断的少数民族姓名',
    en: 'The minority name cut at 20 bytes',
    story:
      'Thirteen characters are 26 bytes in GB18030; the register of Xinjiang keeps 20. `registeredName` there is shorter than `identity.name`, and must not be merged on.',
    name: '阿不都热合曼·麦麦提吐尔逊',
    sex: 'M',
    born: '1985-01-01',
    hukou: '653100',
    live: (life, stage) => {
      life.employed({ at: stage.home('650000'), in: '650000', from: '2010-03', level: 0.7 });
    },
  },
  {
    key: 'rare-name',
    rank: 32,
    zh: '生僻字姓名',
    en: 'A name outside GBK',
    story:
      'Both given-name characters need four bytes in GB18030. Jilin (batch) writes them; Hebei (SOAP) stores a private-use character instead, so its registeredName is null with NAME_UNREADABLE.',
    name: '宋𬀩䶮',
    sex: 'M',
    born: '1992-12-12',
    hukou: '220100',
    live: (life, stage) => {
      life
        .employed({ at: stage.home('130000'), in: '130000', from: '2014-07', to: '2018-08', level: 0.7 })
        .employed({ at: stage.home('220000'), in: '220000', from: '2018-09', level: 0.8 });
    },
  },
  {
    key: 'only-card',
    rank: 33,
    zh: '只有社保卡的人',
    en: 'Only a card, nothing insured',
    story: 'Holds a social card and nothing else: no relation anywhere. Every list is empty, none is an error, and no province is called.',
    name: '贺子涵',
    sex: 'F',
    born: '2004-05-20',
    hukou: '640100',
    live: () => undefined,
  },
  {
    key: 'two-person-numbers',
    rank: 34,
    zh: '一省两个个人编号',
    en: 'Two person numbers in one province',
    story:
      'Anhui gave him a second person number when he came back in 2019. Two relations of scheme 110 in one jurisdiction, two rows in AC01, one person.',
    name: '汪德明',
    sex: 'M',
    born: '1982-10-10',
    hukou: '341200',
    live: (life, stage) => {
      life
        .employed({ at: stage.home('340000'), in: '340000', area: '341200', from: '2005-03', to: '2013-07', level: 0.7 })
        .employed({ at: stage.home('340000'), in: '340000', from: '2019-04', level: 0.8, secondNumber: true });
    },
  },
  {
    key: 'same-number-first',
    rank: 35,
    zh: '一号两人（甲）',
    en: 'One number, two persons: the holder',
    story:
      'The register of Inner Mongolia holds another person (same-number-second) under his number. Both are kept with a finding IDENTITY_CONFLICT; nothing is merged.',
    name: '马俊杰',
    sex: 'M',
    born: '1986-06-16',
    hukou: '150100',
    live: (life, stage) => {
      life.employed({ at: stage.home('150000'), in: '150000', from: '2009-09', level: 0.8 });
    },
  },
  {
    key: 'same-number-second',
    rank: 36,
    zh: '一号两人（乙）',
    en: 'One number, two persons: the other',
    story:
      'Works in Baotou, but Inner Mongolia booked her under the number of same-number-first. The ministry’s index names the province, the province finds nobody under her own number.',
    name: '白玉洁',
    sex: 'F',
    born: '1986-06-26',
    hukou: '150200',
    live: (life, stage) => {
      life.employed({ at: stage.home('150000'), in: '150000', area: '150200', from: '2012-03', level: 0.7 });
    },
  },
  {
    key: 'lower-case-x',
    rank: 64,
    zh: '小写x的身份证号',
    en: 'A lower-case x',
    story: 'The number ends in X; Zhejiang stores it with a lower-case x. The answer shows one person.',
    name: '沈成',
    sex: 'M',
    born: '1993-02-14',
    hukou: '330200',
    live: (life, stage) => {
      life.employed({ at: stage.home('330000'), in: '330000', area: '330200', from: '2016-07', level: 0.9 });
    },
  },
  {
    key: 'dirty-dates',
    rank: 39,
    zh: '日期和月份不合法',
    en: 'Dates that are not dates',
    story:
      'Jiangxi holds all of them: 00000000, 19000101, 99991231, 20230229, and months 00 and 13. Open ends are open, the rest is null with a finding.',
    name: '余立新',
    sex: 'M',
    born: '1983-09-09',
    hukou: '360100',
    live: (life, stage) => {
      life
        .employed({ at: stage.home('360000'), in: '360000', from: '2008-03', to: '2017-12', level: 0.7 })
        .employed({ at: stage.home('360000'), in: '360000', from: '2018-02', level: 0.8 });
    },
  },
  {
    key: 'dirty-money',
    rank: 40,
    zh: '金额写法五花八门',
    en: 'Money that is not money',
    story:
      'Qinghai writes a base with a thousands comma, an employer share of -0.00, and 壹佰 where a number belongs. Two are repaired, one is null with YUAN_INVALID.',
    name: '祁海龙',
    sex: 'M',
    born: '1990-10-01',
    hukou: '630100',
    live: (life) => {
      life.flexible({ in: '630000', from: '2015-01', level: 0.8, medical: true });
    },
  },
  {
    key: 'corrected-bookings',
    rank: 41,
    zh: '更正记账的参保人',
    en: 'Corrected bookings',
    story:
      'Chongqing corrected one month with a negative row and booked another month twice by mistake. Sum by month before counting; the exact copy is dropped, the correction is kept.',
    name: '向晓琴',
    sex: 'F',
    born: '1988-08-28',
    hukou: '500103',
    live: (life, stage) => {
      life.employed({ at: stage.home('500000'), in: '500000', from: '2010-04', level: 0.9 });
    },
  },
];
