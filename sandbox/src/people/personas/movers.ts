import type { PersonaScript } from './script.js';

/** People who moved between provinces. */
export const MOVERS: readonly PersonaScript[] = [
  {
    key: 'courier-four-provinces',
    rank: 1,
    zh: '四次迁徙的快递员',
    en: 'The courier who moved four times',
    story:
      'Factory work in Gansu, then Sichuan, back to Gansu, a rider in Anhui who paid for himself and ran a small shop, since 2020 a courier in Guangdong. ' +
      'All four agencies hold something, and his pension relations lie in four provinces that speak the four dialects. ' +
      'His data is clean: use him for the full one-window query.',
    name: '陈志远',
    sex: 'M',
    born: '1990-03-15',
    hukou: '620500',
    live: (life, stage) => {
      life
        .employed({ at: stage.home('620000'), in: '620000', area: '620500', from: '2009-07', to: '2012-06', level: 0.7 })
        .employed({ at: stage.home('510000'), in: '510000', from: '2012-08', to: '2015-08', level: 0.75 })
        .employed({ at: stage.home('620000'), in: '620000', area: '620500', from: '2015-10', to: '2016-12', level: 0.7 })
        .flexible({ in: '340000', from: '2017-02', to: '2020-03', level: 0.6 })
        .residentMedical({ in: '340000', fromYear: 2018, toYear: 2020 })
        .platform({ ...stage.platform(0), in: '340000', from: '2017-02', to: '2020-03' })
        .employed({ at: stage.express(2), in: '440000', from: '2020-05', level: 0.8 })
        .courier({ outlet: stage.outlet(2, '440000'), from: '2020-05' })
        .platform({ ...stage.platform(0), in: '440000', from: '2022-08', to: '2023-06', intensity: 0.3 });
      stage.own({ kind: 'INDIVIDUAL', name: '合肥市志远便利店', in: '340000', since: '2018-04', state: '4' });
    },
  },
  {
    key: 'rider-three-provinces',
    rank: 2,
    zh: '三省骑手',
    en: 'The rider with three provinces',
    story:
      'Insured in Henan, then in Shandong, now a rider in Hangzhou who pays as a flexible worker. ' +
      'Exactly three jurisdictions on three dialects (SOAP, REST, SQL) hold a relation: a pension question makes exactly those calls. The data is clean.',
    name: '刘晓燕',
    sex: 'F',
    born: '1995-11-02',
    hukou: '411600',
    live: (life, stage) => {
      life
        .employed({ at: stage.home('410000'), in: '410000', area: '411600', from: '2014-08', to: '2017-05', level: 0.65 })
        .employed({ at: stage.home('370000'), in: '370000', from: '2017-07', to: '2021-12', level: 0.8 })
        .flexible({ in: '330000', from: '2022-02', level: 0.62, medical: true })
        .platform({ ...stage.platform(0), in: '330000', from: '2022-02' });
    },
  },
  {
    key: 'three-sql-groups',
    rank: 3,
    zh: '京苏粤三地参保人',
    en: 'Insured in Beijing, Jiangsu and Guangdong',
    story:
      'An engineer with relations in three provinces that all keep SQL registers, each in another database group (north, east, south). ' +
      'Shows that one dialect can still mean three systems. His employee medical covers in Beijing and Jiangsu have stopped and the one in Guangdong runs: ' +
      'he may move both there (applyForMedicalTransfer), with what is left in the accounts.',
    name: '孙博文',
    sex: 'M',
    born: '1986-07-21',
    hukou: '320500',
    live: (life, stage) => {
      life
        .employed({ at: stage.home('110000'), in: '110000', from: '2009-07', to: '2014-03', level: 1.1 })
        .employed({ at: stage.home('320000'), in: '320000', area: '320500', from: '2014-04', to: '2019-12', level: 1.4 })
        .employed({ at: stage.home('440000'), in: '440000', area: '440300', from: '2020-01', level: 2.2 });
    },
  },
  {
    key: 'temporary-account-man',
    rank: 4,
    zh: '五十岁后异地首保的男职工',
    en: 'The man over 50 with a temporary account',
    story:
      'Paid in Hunan until 2021, went to Guangdong at 50 and has been insured there since. ' +
      'The relation in Hunan stays the ordinary one; Guangdong keeps a temporary account (accountKind TEMPORARY), whose whole content goes back one day.',
    name: '谭建国',
    sex: 'M',
    born: '1972-02-09',
    hukou: '430400',
    live: (life, stage) => {
      life
        .employed({ at: stage.home('430000'), in: '430000', area: '430400', from: '1998-03', to: '2021-10', level: 0.9 })
        .employed({ at: stage.home('440000'), in: '440000', area: '441900', from: '2022-05', level: 0.7 })
        .deemed('110', '430000', 24);
    },
  },
  {
    key: 'temporary-account-woman',
    rank: 5,
    zh: '四十岁后异地首保的女职工',
    en: 'The woman over 40 with a temporary account',
    story:
      'First insured in Jiangxi, her hukou province; came to Shanghai at 40 and first paid there in 2023. Shanghai keeps a temporary account.',
    name: '熊桂芳',
    sex: 'F',
    born: '1982-06-30',
    hukou: '360700',
    live: (life, stage) => {
      life
        .employed({ at: stage.home('360000'), in: '360000', area: '360700', from: '2004-05', to: '2022-11', level: 0.7 })
        .employed({ at: stage.home('310000'), in: '310000', area: '310115', from: '2023-03', level: 0.65 });
    },
  },
  {
    key: 'double-insured',
    rank: 6,
    zh: '两省重复缴费者',
    en: 'Insured twice in the same months',
    story:
      'From January to September 2019 an employer in Chongqing and an employer in Sichuan both paid for him. ' +
      'Both provinces show the nine months; monthsPaid counts them once, and one place will have to clear them.',
    name: '邓海波',
    sex: 'M',
    born: '1988-09-12',
    hukou: '500105',
    live: (life, stage) => {
      life
        .employed({ at: stage.home('500000'), in: '500000', area: '500105', from: '2011-03', to: '2019-09', level: 0.8 })
        .employed({ at: stage.home('510000'), in: '510000', from: '2019-01', level: 0.9 });
    },
  },
  {
    key: 'returned-home',
    rank: 7,
    zh: '返乡的农民工',
    en: 'Back to the home province at 53',
    story:
      'Twenty years in Fujian, then back to Guizhou, where her hukou is. At home the ordinary relation moves at any age: no temporary account although she was over 40.',
    name: '杨秀英',
    sex: 'F',
    born: '1971-04-18',
    hukou: '520300',
    live: (life, stage) => {
      life
        .employed({ at: stage.home('350000'), in: '350000', from: '2003-02', to: '2023-12', level: 0.65 })
        .flexible({ in: '520000', area: '520300', from: '2024-05', level: 0.6, medical: true });
    },
  },
];
