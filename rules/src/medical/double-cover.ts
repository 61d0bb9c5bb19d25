import { Working, type RuleOptions, type Ruled } from '../result.js';
import type { MedicalScheme } from './transfer.js';

export interface Cover {
  readonly scheme: MedicalScheme;
  /** Where the person works. */
  readonly placeOfWork?: boolean | undefined;
  /** 常住地. */
  readonly usualResidence?: boolean | undefined;
  /** Where a student goes to school. */
  readonly placeOfSchool?: boolean | undefined;
  /** Paid by a flexible worker alone. */
  readonly flexible?: boolean | undefined;
  /** Benefits can be drawn from it now. */
  readonly payable?: boolean | undefined;
  readonly continuousMonths: number;
}

export interface CoverToKeep {
  /** Index of the cover to keep; undefined when the rule leaves it to the person. */
  readonly keep: number | undefined;
  readonly reason:
    | 'ONE_COVER'
    | 'PLACE_OF_WORK'
    | 'PLACE_OF_SCHOOL'
    | 'USUAL_RESIDENCE'
    | 'EMPLOYEE_COVER_FOR_A_YEAR'
    | 'ONE_THAT_PAYS'
    | 'PERSON_CHOOSES';
}

const ARTICLE = '医保发〔2020〕33号 第三条';
/** 连续参加职工医保一年以上（含）. */
const ONE_YEAR = 12;

/**
 * 重复参保 (R12): which cover should be kept. Always with the person's agreement: the answer is a proposal.
 * @param student decides between resident covers: a student's is at the school
 */
export function coverToKeep(covers: readonly Cover[], student: boolean, options: RuleOptions = {}): Ruled<CoverToKeep> {
  const working = new Working(options);
  const answer = choose(covers, student);
  working.step(() => ({ text: REASONS[answer.reason], article: ARTICLE }));
  working.provisional('NEEDS_AGREEMENT', { zh: '须经本人同意', en: 'the person has to agree' });
  return working.ruled(answer, {
    rule: 'two employee covers: place of work; two resident covers: usual residence, students the school; both: employee cover of a year and more; flexible work: one that can pay',
    article: ARTICLE,
    version: '2020-08-24',
  });
}

function choose(covers: readonly Cover[], student: boolean): CoverToKeep {
  if (covers.length === 1) return { keep: 0, reason: 'ONE_COVER' };
  const employee = covers.flatMap((cover, index) => (cover.scheme === '310' ? [index] : []));
  if (covers.some(({ flexible }) => flexible === true)) return only(covers, ({ payable }) => payable === true, 'ONE_THAT_PAYS');
  if (employee.length === covers.length) return only(covers, ({ placeOfWork }) => placeOfWork === true, 'PLACE_OF_WORK');
  if (employee.length > 0) {
    const lasting = covers.map((cover) => cover.scheme === '310' && cover.continuousMonths >= ONE_YEAR);
    const one = only(covers, (_, index) => lasting[index] === true, 'EMPLOYEE_COVER_FOR_A_YEAR');
    return one.keep === undefined
      ? only(covers, (cover, index) => lasting[index] === true && cover.placeOfWork === true, 'PLACE_OF_WORK')
      : one;
  }
  const school = student ? only(covers, ({ placeOfSchool }) => placeOfSchool === true, 'PLACE_OF_SCHOOL') : undefined;
  return school?.keep === undefined ? only(covers, ({ usualResidence }) => usualResidence === true, 'USUAL_RESIDENCE') : school;
}

/** The one cover that fits; when none or several do, the person chooses. */
function only(covers: readonly Cover[], fits: (cover: Cover, index: number) => boolean, reason: CoverToKeep['reason']): CoverToKeep {
  const [first, ...more] = covers.flatMap((cover, index) => (fits(cover, index) ? [index] : []));
  return first === undefined || more.length > 0 ? { keep: undefined, reason: 'PERSON_CHOOSES' } : { keep: first, reason };
}

const REASONS: Readonly<Record<CoverToKeep['reason'], { readonly zh: string; readonly en: string }>> = {
  ONE_COVER: { zh: '只有一份参保', en: 'there is one cover only' },
  PLACE_OF_WORK: { zh: '重复参加职工医保：保留就业地', en: 'two employee covers: the place of work' },
  PLACE_OF_SCHOOL: { zh: '学生：保留学籍地', en: 'student: the place of school' },
  USUAL_RESIDENCE: { zh: '重复参加居民医保：保留常住地', en: 'two resident covers: the usual residence' },
  EMPLOYEE_COVER_FOR_A_YEAR: {
    zh: '连续参加职工医保满一年：保留职工医保',
    en: 'employee cover of a year and more without a break is kept',
  },
  ONE_THAT_PAYS: { zh: '灵活就业：保留一份可享受待遇的参保', en: 'flexible work: one that can pay benefits is kept' },
  PERSON_CHOOSES: { zh: '由本人选择', en: 'the person chooses' },
};
