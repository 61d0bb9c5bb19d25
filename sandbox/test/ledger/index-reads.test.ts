import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startHrssMinistry } from '../../src/systems/hrss-ministry.js';
import { startHrssRest } from '../../src/systems/hrss-rest.js';
import { askPeople, inTime, MINISTRY_RECORDS } from '../systems/hrss-dialect.js';
import { done, ordersOf, startOffices, type Offices } from './offices.js';

let offices: Offices;
beforeAll(async () => {
  offices = await startOffices({ 'hrss-rest-': startHrssRest, 'hrss-ministry': startHrssMinistry });
}, 60_000);
afterAll(() => offices.close());

it('the national index names a jurisdiction as soon as its office has opened a relation there, once', async () => {
  const life = offices.mover('340000');
  const to = ['350000', '360000', '430000'].find((code) => life.relations.every(({ jurisdiction }) => jurisdiction !== code)) ?? '';
  const places = async (): Promise<readonly unknown[]> => {
    const ministry = offices.agencies.flatMap(({ systems }) => systems).find(({ id }) => id === 'hrss-ministry');
    if (!ministry) throw new Error('there is no ministry');
    const told = await askPeople(ministry, [life.number], undefined, MINISTRY_RECORDS);
    return (told.get(life.number)?.records['relationIndex'] ?? []).filter(({ jurisdiction }) => jurisdiction === to);
  };
  expect(await places()).toEqual([]);
  const order = ordersOf('INDEXED', life.number, '340000', to)('OPEN', 'TARGET');
  done(await offices.at(to).act(order, inTime()));
  done(await offices.at(to).act({ ...order, key: 'INDEXED:AGAIN' }, inTime()));
  expect(await places()).toEqual([{ scheme: '110', jurisdiction: to }]);
});
