import type { PersonaScript } from './script.js';

/** Kinds of work and what they are covered by. */
export const WORK: readonly PersonaScript[] = [
  {
    key: 'flexible-with-gaps',
    rank: 20,
    zh: '断缴的灵活就业人员',
    en: 'The flexible worker with gaps',
    story:
      'A tailor in Henan who pays for herself when there is money: three stretches with gaps of 7 and 14 months. 20 % of the base is hers alone, 8 points are credited. Medical insurance of 2021 she paid in December, eight months at once (R12).',
    name: '崔艳芳',
    sex: 'F',
    born: '1984-02-25',
    hukou: '410100',
    live: (life) => {
      life
        .flexible({ in: '410000', from: '2012-01', to: '2015-06', level: 0.6, medical: true })
        .flexible({ in: '410000', from: '2016-02', to: '2020-01', level: 0.6, medical: true })
        .flexible({ in: '410000', from: '2021-04', level: 0.62, medical: true, medicalPaidLate: { until: '2021-11', on: '2021-12-15' } });
    },
  },
  {
    key: 'ride-hailing-driver',
    rank: 21,
    zh: '网约车司机',
    en: 'The ride-hailing driver',
    story:
      'Drives for two platforms in Chengdu and pays as a flexible worker. Cover against occupational injury begins in July 2022, because Sichuan was in the first pilot.',
    name: '蒋宇航',
    sex: 'M',
    born: '1987-05-08',
    hukou: '511300',
    live: (life, stage) => {
      life
        .employed({ at: stage.home('510000'), in: '510000', from: '2010-03', to: '2018-11', level: 0.8 })
        .flexible({ in: '510000', from: '2019-01', level: 0.6, medical: true })
        .platform({ ...stage.platform(2), in: '510000', from: '2018-12' })
        .platform({ ...stage.platform(3), in: '510000', from: '2021-06', to: '2025-02', intensity: 0.4 });
    },
  },
  {
    key: 'city-freight-driver',
    rank: 22,
    zh: '同城货运司机',
    en: 'The city-freight driver',
    story:
      'Carries freight in Shenzhen for one platform and holds only resident cover at home in Hunan: work in one province, insurance in another.',
    name: '彭志强',
    sex: 'M',
    born: '1981-11-11',
    hukou: '430100',
    live: (life, stage) => {
      life
        .platform({ ...stage.platform(4), in: '440000', area: '440300', from: '2020-09' })
        .resident({ in: '430000', from: '2013-01', yearly: 500_00 })
        .residentMedical({ in: '430000', fromYear: 2014 });
    },
  },
  {
    key: 'uncovered-courier',
    rank: 23,
    zh: '没有工伤保险的快递员',
    en: 'The courier nobody insures',
    story:
      'Filed as a courier of a company in Hubei whose licence was revoked, with no work-injury relation. Postal and market registers know the job, the insurance registers do not.',
    name: '汤帅',
    sex: 'M',
    born: '1998-10-28',
    hukou: '420100',
    live: (life, stage) => {
      life.courier({ outlet: stage.outlet(7, '420000'), from: '2023-04' }).residentMedical({ in: '420000', fromYear: 2020 });
    },
  },
  {
    key: 'unemployed-drawing',
    rank: 24,
    zh: '领取失业金人员',
    en: 'Drawing unemployment benefit',
    story:
      'Lost a job in Tianjin in May 2026 after eleven years and draws unemployment benefit since June. The benefit is paying; nobody contributes.',
    name: '田家宁',
    sex: 'F',
    born: '1991-01-16',
    hukou: '120101',
    live: (life, stage) => {
      life
        .employed({ at: stage.home('120000'), in: '120000', from: '2015-03', to: '2026-05', level: 1 })
        .benefit({ scheme: '210', in: '120000', from: '2026-06', monthly: 1830_00 });
    },
  },
  {
    key: 'injured-worker',
    rank: 25,
    zh: '工伤职工',
    en: 'The injured worker',
    story: 'Hurt at a press in Jiangsu in 2022 and drawing a monthly injury benefit (scheme 410) since January 2023 while still employed.',
    name: '丁建军',
    sex: 'M',
    born: '1980-08-08',
    hukou: '320100',
    live: (life, stage) => {
      life
        .employed({ at: stage.home('320000'), in: '320000', from: '2006-04', level: 0.85 })
        .benefit({ scheme: '410', in: '320000', from: '2023-01', monthly: 2460_00 });
    },
  },
  {
    key: 'small-business-owner',
    rank: 26,
    zh: '个体工商户经营者',
    en: 'The owner of a small business',
    story:
      'Runs a noodle shop as a 个体工商户 in Fuzhou and pays as a flexible worker. `businesses` has one enterprise whose representative she is.',
    name: '林小红',
    sex: 'F',
    born: '1983-03-27',
    hukou: '350100',
    live: (life, stage) => {
      life.flexible({ in: '350000', from: '2014-06', level: 0.8, medical: true });
      stage.own({ kind: 'INDIVIDUAL', name: '福州市小红拌面馆', in: '350000', since: '2014-05' });
    },
  },
  {
    key: 'first-job',
    rank: 27,
    zh: '刚满十八岁的第一份工作',
    en: 'Just 18, in the first job',
    story:
      'Turned 18 in August 2026 and started in a factory in Ningbo in September: two months of contributions in the running year, no balance yet.',
    name: '梁欢欢',
    sex: 'F',
    born: '2008-08-17',
    hukou: '450100',
    live: (life, stage) => {
      life.employed({ at: stage.home('330000'), in: '330000', area: '330200', from: '2026-09', level: 0.6 });
    },
  },
  {
    key: 'public-teacher',
    rank: 28,
    zh: '事业单位教师',
    en: 'The teacher of a public school',
    story:
      'Insured in scheme 120 in Beijing since October 2014; the years before count as deemed months. The employer is a public institution, not an enterprise of the market register’s usual kind.',
    name: '顾文静',
    sex: 'F',
    born: '1978-07-07',
    hukou: '110108',
    live: (life, stage) => {
      life
        .employed({
          at: stage.institution('110000'),
          in: '110000',
          area: '110108',
          from: '2001-08',
          level: 1.3,
          schemes: ['120', '210', '410'],
        })
        .deemed('120', '110000', 158);
    },
  },
  {
    key: 'corps-worker',
    rank: 29,
    zh: '兵团职工',
    en: 'The worker of the 兵团',
    story:
      'Insured in jurisdiction 660000, which GB/T 2260 does not know; her hukou is in Shihezi (659001). An old list still writes the pooling area as 650000, and the name carries a middle dot.',
    name: '阿依古丽·买买提',
    sex: 'F',
    born: '1989-04-04',
    hukou: '659001',
    live: (life, stage) => {
      life.employed({ at: stage.home('660000'), in: '660000', from: '2011-09', level: 0.8 });
    },
  },
];
