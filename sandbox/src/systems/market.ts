import { randomBytes } from 'node:crypto';
import type { Life, Unit, World } from '../people/model.js';
import { startJsonServices, type JsonRow, type JsonService } from './json-service.js';
import { platformDirt, registrationDirt, soil, type PlatformDirt } from './market-dirt.js';
import { abnormalRows, punishmentRows, registeringProvince, registrationRow, spellingOf, spellRegistration } from './market-spelling.js';
import type { StandInContext, StandInGroup } from './stand-in.js';
import type { Rate } from './token-bucket.js';

export { marketManifest } from './market-dirt.js';

/** What the national platform grants one client: more than a busy window needs, less than a scraper would. */
const RATE: Rate = { burst: 400, perSecond: 200 };

/**
 * Market regulation (市场监管): the shared registration query, which returns every record in the spelling of the province that
 * registered it, and the platforms' reports of who worked for them.
 */
export async function startMarket(context: StandInContext, rate: Rate = RATE): Promise<StandInGroup> {
  const key = randomBytes(16).toString('hex');
  const server = await startJsonServices(
    [registryService(context.world, rate), platformService(context.world, rate)],
    key,
    context.port('market'),
  );
  return { systems: server.systems, env: { MARKET_URL: server.url, MARKET_KEY: key }, close: () => server.close() };
}

function registryService(world: World, rate: Rate): JsonService {
  const units = new Map<string, { readonly unit: Unit; readonly serial: number }>(
    world.units.map((unit, serial) => [unit.creditCode, { unit, serial }]),
  );
  const owners = new Map<string, Life>(world.lives.filter(({ businesses }) => businesses.length > 0).map((life) => [life.number, life]));
  const dirt = registrationDirt(world.units);

  const records = (creditCode: string, person: string | undefined): Readonly<Record<string, readonly JsonRow[]>> => {
    const found = units.get(creditCode);
    if (!found) return { registration: [], abnormal: [], punishment: [] };
    const { unit, serial } = found;
    const spelt = soil(spellRegistration(unit, serial), unit, dirt.get(creditCode));
    return {
      registration: [registrationRow(spelt, spellingOf(registeringProvince(unit)).family, person)],
      abnormal: abnormalRows(unit, creditCode, person),
      punishment: punishmentRows(unit, creditCode, person),
    };
  };

  return {
    id: 'market-registry',
    path: '/registry/query',
    by: ['uniscids', 'personNos'],
    most: 200,
    rate,
    answer: ({ by, keys, items = [] }) =>
      gather(
        items.filter((item) => item === 'registration' || item === 'abnormal' || item === 'punishment'),
        by === 'uniscids'
          ? keys.map((code) => records(code, undefined))
          : keys.flatMap((number) => (owners.get(number)?.businesses ?? []).map((code) => records(code, number))),
      ),
    stranger: ({ by, keys }) => otherKey(by === 'uniscids' ? units : owners, keys),
  };
}

const TRADE_CODES = { RIDE_HAILING: '1', INSTANT_DELIVERY: '2', CITY_FREIGHT: '3' } as const;

function platformService(world: World, rate: Rate): JsonService {
  const workers = new Map<string, { readonly life: Life; readonly index: number }>();
  world.lives.forEach((life, index) => {
    if (life.platformWork.length > 0) workers.set(life.number, { life, index });
  });
  const dirt = platformDirt(world);
  let headcounts: ReadonlyMap<string, readonly JsonRow[]> | undefined;
  return {
    id: 'market-platforms',
    path: '/platforms/engagements',
    by: ['persons', 'uniscids'],
    most: 200,
    rate,
    answer: ({ by, keys, items = [] }) => {
      if (by === 'uniscids') {
        headcounts ??= headcountRows(world.lives);
        const headcount = keys.flatMap((code) => headcounts?.get(code) ?? []);
        return gather(items.includes('headcount') ? ['headcount'] : [], [{ headcount }]);
      }
      return gather(
        items.filter((item) => item === 'engagement' || item === 'activity'),
        keys.flatMap((number) => {
          const worker = workers.get(number);
          return worker ? [reports(worker.life, worker.index, dirt.get(worker.index))] : [];
        }),
      );
    },
    stranger: ({ by, keys }) => otherKey(by === 'uniscids' ? (headcounts ??= headcountRows(world.lives)) : workers, keys),
  };
}

/** By unit and month, the newest first: persons with at least one order, and all orders. Nobody is named. hyrs 活跃人数. */
function headcountRows(lives: readonly Life[]): ReadonlyMap<string, readonly JsonRow[]> {
  const units = new Map<string, Map<string, { persons: Set<string>; orders: number }>>();
  for (const { number, platformWork } of lives) {
    for (const { unit, months } of platformWork) {
      const byMonth = units.get(unit) ?? new Map<string, { persons: Set<string>; orders: number }>();
      units.set(unit, byMonth);
      for (const { month, orders } of months) {
        const count = byMonth.get(month) ?? { persons: new Set<string>(), orders: 0 };
        byMonth.set(month, count);
        count.persons.add(number);
        count.orders += orders;
      }
    }
  }
  return new Map(
    [...units].map(([tyshxydm, byMonth]) => [
      tyshxydm,
      [...byMonth]
        .sort(([a], [b]) => b.localeCompare(a))
        .map(([month, { persons, orders }]) => ({ tyshxydm, ny: month.replace('-', ''), hyrs: persons.size, dds: orders })),
    ]),
  );
}

/** Columns in pinyin initials, as such services name them: sfzh 身份证号, jlbh 记录编号, ptmc 平台名称, hylx 行业类型, dds 订单数. */
function reports(life: Life, index: number, dirt: PlatformDirt | undefined): Readonly<Record<string, readonly JsonRow[]>> {
  const sfzh = dirt === 'FULL_WIDTH_NUMBER' ? fullWidth(life.number) : life.number;
  const engagement: JsonRow[] = life.platformWork.map((work, i) => ({
    sfzh,
    jlbh: recordNumber(index, i),
    ptmc: work.platform,
    tyshxydm: work.unit,
    hylx: TRADE_CODES[work.trade],
    xzqh: work.division,
    ksrq: work.from,
    jsrq: work.to ?? '9999-12-31',
  }));
  const activity: JsonRow[] = life.platformWork.flatMap((work, i) =>
    work.months.map(({ month, activeDays, orders }, m) => {
      const soiled = i === 0 && m === work.months.length - 1;
      return {
        sfzh,
        jlbh: recordNumber(index, i),
        ny: soiled && dirt === 'MONTH_13' ? `${month.slice(0, 4)}13` : month.replace('-', ''),
        hyts: soiled && dirt === 'DAYS_ABOVE_MONTH' ? 99 : activeDays,
        dds: orders,
      };
    }),
  );
  return { engagement: dirt === 'DUPLICATE_ROW' ? [...engagement.slice(0, 1), ...engagement] : engagement, activity };
}

const recordNumber = (index: number, i: number): string => `PT${String(index).padStart(7, '0')}${String(i + 1).padStart(2, '0')}`;

const fullWidth = (text: string): string => text.replace(/[0-9X]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));

function gather(
  items: readonly string[],
  records: readonly Readonly<Record<string, readonly JsonRow[]>>[],
): Readonly<Record<string, readonly JsonRow[]>> {
  return Object.fromEntries(items.map((item) => [item, records.flatMap((parts) => parts[item] ?? [])]));
}

function otherKey(known: ReadonlyMap<string, unknown>, keys: readonly string[]): string | undefined {
  for (const key of known.keys()) if (!keys.includes(key)) return key;
  return undefined;
}
