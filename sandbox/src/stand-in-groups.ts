import { startHrssBatch } from './systems/hrss-batch.js';
import { startHrssMinistry } from './systems/hrss-ministry.js';
import { startHrssRest } from './systems/hrss-rest.js';
import { startHrssSoap } from './systems/hrss-soap.js';
import { startHrssSql } from './systems/hrss-sql.js';
import { startMarket } from './systems/market.js';
import { startMedical } from './systems/medical.js';
import { startPostal } from './systems/postal.js';
import type { StartStandIns } from './systems/stand-in.js';

/** Every group of stand-ins, by the name that `groups` picks it with. */
export const STAND_IN_GROUPS = {
  'hrss-sql': startHrssSql,
  'hrss-soap': startHrssSoap,
  'hrss-rest': startHrssRest,
  'hrss-batch': startHrssBatch,
  'hrss-ministry': startHrssMinistry,
  medical: startMedical,
  market: startMarket,
  postal: startPostal,
} satisfies Readonly<Record<string, StartStandIns>>;
export type StandInGroupName = keyof typeof STAND_IN_GROUPS;
