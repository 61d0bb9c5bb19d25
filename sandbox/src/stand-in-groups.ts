import type { StartStandIns } from './systems/stand-in.js';

export type StandInGroupName = 'hrss-sql' | 'hrss-rest' | 'hrss-ministry' | 'medical' | 'market' | 'postal';

/** The groups of stand-ins, loaded when asked for: a test that needs one transport does not pay for all. */
export const STAND_IN_GROUPS: Readonly<Record<StandInGroupName, () => Promise<StartStandIns>>> = {
  'hrss-sql': async () => (await import('./systems/hrss-sql.js')).startHrssSql,
  'hrss-rest': async () => (await import('./systems/hrss-rest.js')).startHrssRest,
  'hrss-ministry': async () => (await import('./systems/hrss-ministry.js')).startHrssMinistry,
  medical: async () => (await import('./systems/medical.js')).startMedical,
  market: async () => (await import('./systems/market.js')).startMarket,
  postal: async () => (await import('./systems/postal.js')).startPostal,
};
