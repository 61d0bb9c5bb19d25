import { OfficeCounter } from '../ledger/counter.js';
import { provinceService } from './hrss-rest-answers.js';
import { startQueryHost } from './hrss-rest-host.js';
import { provinceOrders } from './hrss-rest-orders.js';
import { REST_PROVINCES } from './hrss-rest-provinces.js';
import { ProvinceRegister } from './hrss-rest-register.js';
import { keptText } from './kept.js';
import type { StartStandIns } from './stand-in.js';

/** Eight provinces with JSON services of three families, each in its own spelling, on one port by path. */
export const startHrssRest: StartStandIns = async (context) => {
  const { desk, folder } = context;
  const [questions, orders] = [keptText(folder, 'key'), keptText(folder, 'order-key')];
  const closing = new AbortController();
  const counter = desk && new OfficeCounter(desk, closing.signal);
  const services = REST_PROVINCES.map((province) => {
    const register = () => context.registers.jurisdictions.get(province.code);
    const changed = () => desk?.books.changed(province.code) ?? new Map<string, never>();
    return {
      ...provinceService(province, new ProvinceRegister(province, register, changed)),
      ...(counter ? { orders: provinceOrders(province, counter) } : {}),
    };
  });
  const host = await startQueryHost(services, { questions, orders }, context.port('hrss-rest'));
  return {
    systems: host.systems,
    env: { HRSS_REST_URL: host.url, HRSS_REST_KEY: questions, HRSS_REST_ORDER_KEY: orders },
    async close() {
      closing.abort();
      await host.close();
    },
  };
};
