import { dateText, yearOf, type MonthIndex } from './calendar.js';
import { placesOf } from './divisions.js';
import { JURISDICTIONS } from './jurisdictions.js';
import { LifeBuilder } from './life-builder.js';
import type { Life } from './model.js';
import { inventName } from './names.js';
import { generatedNumber } from './numbers.js';
import { statutoryMonth } from './retirement.js';
import { Rng } from './rng.js';

/**
 * Somebody who has just reached the statutory age, draws no pension yet and has paid to both pension schemes: the only people whose two
 * schemes can be linked (城乡养老保险制度衔接). By turns too few employee months and enough, in one province and in two, and every third was
 * insured in both schemes for some years.
 * @param index one that nobody of the world has
 */
export function linkingLife(index: number, seed: number, month: MonthIndex): Life {
  const rng = new Rng(seed, 0x11f2, index);
  const home = rng.pick(JURISDICTIONS).code;
  const work = rng.chance(0.25) ? home : rng.pick(JURISDICTIONS).code;
  const born = bornFor(month - rng.int(0, 5));
  const birthDate = dateText(born, rng.int(1, 28));
  const number = generatedNumber(index, home === '660000' ? '650000' : home, birthDate, 'M');
  const serial = String(10_000_000 + index);
  const hukou = rng.pick(placesOf(home)).division;
  const builder = new LifeBuilder({ number, name: inventName(rng, 'M', home), sex: 'M', birthDate, hukou, month, serial });
  // The month in which the schemes change places.
  const change = 2015 * 12 + rng.int(0, 24);
  const both = index % 3 === 0 ? 12 * rng.int(1, 4) : 0;
  const level = 0.6 + rng.int(0, 6) / 10;
  const yearly = rng.pick([200, 300, 500, 1000]) * 100;
  if (index % 2 === 0) {
    builder.flexible({ in: work, from: change - rng.int(60, 150), to: change - 1, level });
    builder.resident({ in: home, from: change - both, to: month, yearly });
  } else {
    builder.flexible({ in: work, from: 1998 * 12, to: 2009 * 12 + 11, level });
    builder.resident({ in: home, from: 2010 * 12, to: change - 1 + both, yearly });
    builder.flexible({ in: work, from: change, to: month, level });
  }
  return builder.build();
}

/** The month of birth of a man who reaches the statutory age in a month; where none does, of one who has reached it before. */
function bornFor(reached: MonthIndex): MonthIndex {
  let born = (yearOf(reached) - 60) * 12 + 11;
  while (statutoryMonth('M60', born) > reached) born--;
  return born;
}
