import { placesOf } from './divisions.js';
import { JURISDICTIONS } from './jurisdictions.js';
import type { Sex } from './model.js';
import { birthDate, generatedNumber, SLOTS } from './numbers.js';
import { Rng } from './rng.js';

/** Who a generated person is, before anything has happened to them. */
export interface Identity {
  readonly number: string;
  readonly sex: Sex;
  readonly birthDate: string;
  readonly hukou: string;
  readonly homeJurisdiction: string;
}

/** Where people come from: hukou provinces by rough population. */
const HOME_WEIGHTS: readonly (readonly [string, number])[] = JURISDICTIONS.map(({ code }) => [
  code,
  (
    {
      '410000': 10,
      '370000': 10,
      '510000': 8,
      '440000': 8,
      '130000': 7,
      '320000': 6,
      '430000': 7,
      '340000': 6,
      '420000': 6,
      '450000': 5,
      '360000': 5,
      '540000': 1,
      '630000': 1,
      '460000': 1,
      '640000': 1,
      '660000': 1,
    } as Readonly<Record<string, number>>
  )[code] ?? 3,
]);

/** The identity of the generated person with this index. The number is unique in a world of any size. */
export function identityOf(seed: number, index: number, worldYear: number): Identity {
  const rng = new Rng(seed, 0x1d, index);
  const sex: Sex = rng.chance(0.54) ? 'M' : 'F';
  const homeJurisdiction = rng.weighted(HOME_WEIGHTS);
  const age = rng.weighted<readonly [number, number]>([
    [[18, 24], 11],
    [[25, 34], 30],
    [[35, 44], 26],
    [[45, 54], 18],
    [[55, 64], 9],
    [[65, 84], 6],
  ]);
  const hukou = rng.pick(placesOf(homeJurisdiction)).division;
  // Some were registered in another province than the one their hukou is in now.
  const registered = rng.chance(0.05) ? rng.weighted(HOME_WEIGHTS) : homeJurisdiction;
  const province = registered === '660000' ? '650000' : registered;
  for (;;) {
    const born = birthDate(rng, worldYear - rng.int(age[0], age[1]));
    const number = generatedNumber(index, province, born, sex);
    let taken = false;
    for (let other = index - SLOTS; other >= 0 && !taken; other -= SLOTS) taken = identityOf(seed, other, worldYear).number === number;
    if (!taken) return { number, sex, birthDate: born, hukou, homeJurisdiction };
  }
}
