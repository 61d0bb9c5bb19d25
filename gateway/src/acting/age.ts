import { SHANGHAI_OFFSET_MS, type CitizenSeal } from '@yichuang/schema';

/** From when on a guardian decides no longer alone what needs an own tick (个人信息保护法 article 31). */
export const YEARS_TO_OWN_CONSENT = 14;
/** 成年 (民法典 article 17). */
export const YEARS_TO_MAJORITY = 18;

/** How far a person may decide alone. */
export type Age = 'UNDER_14' | 'MINOR' | 'ADULT';

/** When a person reached, or reaches, the two ages that count. */
export interface Birthdays {
  readonly fourteenth: Date;
  readonly eighteenth: Date;
}

/**
 * The 14th and the 18th birthday of a person, each at 0:00 Asia/Shanghai. The citizen number is opened in memory and nothing of it is kept
 * but these two moments. A birthday on 29 February falls on 1 March in other years: protection lasts the day longer.
 * @returns undefined for a reference that this hub did not make
 */
export function birthdaysOf(ref: string, seal: CitizenSeal): Birthdays | undefined {
  const number = seal.open(ref);
  if (number === undefined) return undefined;
  const [year, month, day] = [Number(number.slice(6, 10)), Number(number.slice(10, 12)), Number(number.slice(12, 14))];
  // Nobody whose 14th birthday was before 1992 is asked for it.
  const birthday = (years: number): Date => new Date(Date.UTC(year + years, month - 1, day) - SHANGHAI_OFFSET_MS);
  return { fourteenth: birthday(YEARS_TO_OWN_CONSENT), eighteenth: birthday(YEARS_TO_MAJORITY) };
}

/** How old a person is at a moment. On the birthday the age is reached. */
export function ageAt({ fourteenth, eighteenth }: Birthdays, now: Date): Age {
  if (now < fourteenth) return 'UNDER_14';
  return now < eighteenth ? 'MINOR' : 'ADULT';
}
