import type { MonthIndex } from '../calendar.js';
import type { Postal } from '../postal.js';
import type { Workplaces } from '../units.js';
import { FAMILY } from './family.js';
import { MOVERS } from './movers.js';
import { OLD_AGE } from './old-age.js';
import { REGISTER_TROUBLE } from './register-trouble.js';
import { play, type Cast } from './script.js';
import { WORK } from './work.js';

/** The named personas with their lives: the first lives of every world. */
export const makePersonas = (month: MonthIndex, workplaces: Workplaces, postal: Postal): Cast =>
  play([...MOVERS, ...OLD_AGE, ...WORK, ...REGISTER_TROUBLE, ...FAMILY], month, workplaces, postal);
