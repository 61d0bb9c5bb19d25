import type { PersonaScript } from './script.js';

/** Those who may not decide alone yet, and who decides for them. */
export const FAMILY: readonly PersonaScript[] = [
  {
    key: 'guardian',
    rank: 70,
    zh: '为孩子办事的母亲',
    en: 'The mother who acts for her children',
    story:
      'Works in Chengdu and has two children, `child-under-14` and `pupil-16`. An office enters her as their guardian; before that she is a third party to them like any other.',
    name: '何雅琴',
    sex: 'F',
    born: '1986-05-09',
    hukou: '510100',
    live: (life, stage) => {
      life.employed({ at: stage.home('510000'), in: '510000', from: '2009-07', level: 1 });
    },
  },
  {
    key: 'child-under-14',
    rank: 71,
    zh: '不满十四周岁的孩子',
    en: 'The child under 14',
    story:
      'Born in 2017: resident medical cover in Chengdu and a social card, nothing else. Alone the child can grant neither consent nor delegation; `guardian` acts until the 18th birthday.',
    name: '何子睿',
    sex: 'M',
    born: '2017-04-26',
    hukou: '510100',
    live: (life) => {
      life.residentMedical({ in: '510000', fromYear: 2018 });
    },
  },
  {
    key: 'pupil-16',
    rank: 72,
    zh: '十六岁的学生',
    en: 'The pupil of sixteen',
    story:
      'Born in 2010: old enough that her guardian no longer sees what needs a tick of its own, not old enough to let others act for her. Resident medical cover in Chengdu.',
    name: '何思源',
    sex: 'F',
    born: '2010-03-08',
    hukou: '510100',
    live: (life) => {
      life.residentMedical({ in: '510000', fromYear: 2012 });
    },
  },
];
