import type { PersonaScript } from './script.js';

/** People near or past the end of working life, and those who help them. */
export const OLD_AGE: readonly PersonaScript[] = [
  {
    key: 'cadre-elastic-window',
    rank: 10,
    zh: '临近弹性退休窗口的女干部',
    en: 'The cadre near the elastic window',
    story:
      'An accountant in a management post, born in October 1971: statutory retirement in April 2027, the earliest elastic month is October 2026. ' +
      'More than 25 years paid in Shaanxi, so the choice is hers alone.',
    name: '郑慧敏',
    sex: 'F',
    born: '1971-10-05',
    hukou: '610100',
    live: (life, stage) => {
      life.employed({ at: stage.home('610000'), in: '610000', from: '1998-07', level: 1.3 }).deemed('110', '610000', 36);
    },
  },
  {
    key: 'elder',
    rank: 11,
    zh: '不用手机的老人',
    en: 'The elder without a phone',
    story: 'A retired lathe operator in Liaoning, 82 years old, who draws a pension and lets his daughter (elder-helper) act for him.',
    name: '周德福',
    sex: 'M',
    born: '1944-08-23',
    hukou: '210100',
    live: (life, stage) => {
      life
        .employed({ at: stage.home('210000'), in: '210000', from: '1996-01', to: '2004-08', level: 0.9 })
        .deemed('110', '210000', 384)
        .benefit({ scheme: '110', in: '210000', from: '2004-09', monthly: 3986_40 })
        .retiredMedical({ in: '210000', from: '2004-09' });
    },
  },
  {
    key: 'elder-helper',
    rank: 12,
    zh: '替老人办事的女儿',
    en: 'The family helper of an elder',
    story: 'The daughter of `elder`. She works in Dalian and asks on his behalf: without a delegation she is a third party like any other.',
    name: '周丽娟',
    sex: 'F',
    born: '1973-12-01',
    hukou: '210200',
    live: (life, stage) => {
      life.employed({ at: stage.home('210000'), in: '210000', area: '210200', from: '1999-09', level: 1.1 });
    },
  },
  {
    key: 'retiree',
    rank: 13,
    zh: '领取养老金的退休职工',
    en: 'A retiree drawing a pension',
    story:
      'Worked in Shandong all his life and has drawn the employee pension since June 2023. The relation is a retiree’s, the account rows end in 2023.',
    name: '郭永刚',
    sex: 'M',
    born: '1963-05-14',
    hukou: '370100',
    live: (life, stage) => {
      life
        .employed({ at: stage.home('370000'), in: '370000', from: '1997-01', to: '2023-05', level: 1 })
        .deemed('110', '370000', 150)
        .benefit({ scheme: '110', in: '370000', from: '2023-06', monthly: 4215_60 })
        .retiredMedical({ in: '370000', from: '2023-06' });
    },
  },
  {
    key: 'two-pensions',
    rank: 14,
    zh: '重复领取待遇者',
    en: 'Drawing two pensions',
    story:
      'Draws the employee pension in Hebei since 2018 and a resident pension in Shanxi since 2021. Two benefits are paying; the resident one must end.',
    name: '曹金玉',
    sex: 'M',
    born: '1958-03-03',
    hukou: '140200',
    live: (life, stage) => {
      life
        .employed({ at: stage.home('130000'), in: '130000', from: '1999-04', to: '2018-03', level: 0.8 })
        .deemed('110', '130000', 96)
        .resident({ in: '140000', area: '140200', from: '2012-01', to: '2020-12', yearly: 200_00 })
        .benefit({ scheme: '110', in: '130000', from: '2018-04', monthly: 2874_10 })
        .benefit({ scheme: '170', in: '140000', from: '2021-01', monthly: 176_50 })
        .retiredMedical({ in: '130000', from: '2018-04' });
    },
  },
  {
    key: 'deceased-still-paid',
    rank: 15,
    zh: '去世后仍在缴费的记录',
    en: 'Contributions after death',
    story:
      'Died on 2024-03-10, but the register of Hubei holds contributions for the three months after. The rows are kept and shown; a finding belongs to them.',
    name: '范明辉',
    sex: 'M',
    born: '1970-01-27',
    hukou: '420500',
    live: (life, stage) => {
      life.employed({ at: stage.home('420000'), in: '420000', area: '420500', from: '2001-06', level: 0.9 }).died('2024-03-10');
    },
  },
  {
    key: 'resident-farmer',
    rank: 16,
    zh: '只参加城乡居民保险的农民',
    en: 'The farmer with resident schemes only',
    story:
      'Never employed: resident pension contributions once a year in Yunnan, resident medical cover, nothing else. Employee months are zero, not missing.',
    name: '龙德发',
    sex: 'M',
    born: '1975-06-06',
    hukou: '530300',
    live: (life) => {
      life
        .resident({ in: '530000', area: '530300', from: '2011-01', yearly: 300_00 })
        .residentMedical({ in: '530000', area: '530300', fromYear: 2012 });
    },
  },
  {
    key: 'resident-then-employee',
    rank: 17,
    zh: '从居民到职工',
    en: 'From the resident to the employee scheme',
    story:
      'Resident pension in Guangxi from 2011 to 2018, since 2019 an employee there. Two relations in one province; ' +
      'the resident money will merge when she retires, the resident years will not.',
    name: '韦春梅',
    sex: 'F',
    born: '1979-09-19',
    hukou: '450300',
    live: (life, stage) => {
      life
        .resident({ in: '450000', area: '450300', from: '2011-01', to: '2018-12', yearly: 500_00 })
        .residentMedical({ in: '450000', area: '450300', fromYear: 2012, toYear: 2018 })
        .employed({ at: stage.home('450000'), in: '450000', area: '450300', from: '2019-01', level: 0.65 });
    },
  },
];
