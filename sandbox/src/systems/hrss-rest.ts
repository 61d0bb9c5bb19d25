import { randomBytes } from 'node:crypto';
import { provinceService } from './hrss-rest-answers.js';
import { startQueryHost } from './hrss-rest-host.js';
import { REST_PROVINCES } from './hrss-rest-provinces.js';
import { ProvinceRegister } from './hrss-rest-register.js';
import type { StartStandIns } from './stand-in.js';

/** Eight provinces with JSON services of three families, each in its own spelling, on one port by path. */
export const startHrssRest: StartStandIns = async (context) => {
  const apiKey = randomBytes(18).toString('base64url');
  const services = REST_PROVINCES.map((province) =>
    provinceService(province, new ProvinceRegister(province, () => context.registers.jurisdictions.get(province.code))),
  );
  const host = await startQueryHost(services, apiKey, context.port('hrss-rest'));
  return { systems: host.systems, env: { HRSS_REST_URL: host.url, HRSS_REST_KEY: apiKey }, close: () => host.close() };
};
