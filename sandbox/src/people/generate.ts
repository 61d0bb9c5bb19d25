import { monthIndex, monthText, yearOf } from './calendar.js';
import { identityOf } from './identity.js';
import { generatedLife } from './life-path.js';
import { linkingLife } from './linking.js';
import type { Life, Unit, World } from './model.js';
import { makePersonas } from './personas/index.js';
import { Postal } from './postal.js';
import { Workplaces } from './units.js';

export interface WorldOptions {
  /** How many people, personas included; never fewer than the personas. Default 2000. */
  readonly people?: number;
  /** Default 1. Personas and the sixty standing units are the same for every seed. */
  readonly seed?: number;
  /** Last month that has been paid, YYYY-MM. Default 2026-10. */
  readonly month?: string;
  /** How many people more there are whose two pension schemes can be linked (`linking.ts`): hardly anybody else's can. Default 0. */
  readonly linking?: number;
}

/**
 * The synthetic world. The same options give the same world, byte for byte, and the life of the person with a given index does not
 * depend on how many people there are.
 */
export function generateWorld({ people = 2000, seed = 1, month = '2026-10', linking = 0 }: WorldOptions = {}): World {
  const now = monthIndex(month);
  const workplaces = new Workplaces(seed, now, Math.floor(people / 12));
  const postal = new Postal(workplaces, now);
  const cast = makePersonas(now, workplaces, postal);
  const lives: Life[] = cast.personas.map(({ life }) => life);
  const units: Unit[] = [...workplaces.all.map(({ unit }) => unit), ...cast.units];
  for (let index = 0; lives.length < people; index++) {
    const { life, business } = generatedLife(identityOf(seed, index, yearOf(now)), index, { seed, month: now, workplaces, postal });
    lives.push(life);
    if (business) units.push(business);
  }
  const known = lives.length;
  for (let index = 0; index < linking; index++) lives.push(linkingLife(known + index, seed, now));
  return { seed, month: monthText(now), lives, personas: cast.personas, units, licences: postal.licences, outlets: postal.outlets };
}
