import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate, evaluateExplained } from '../../src/evaluate.js';

describe('who is covered by the occupational injury protection', () => {
  const covered = (province: string, platform: string, date: string) =>
    evaluate('occupational_injury_coverage', { province, platform, date });

  it.each([
    ['510000', '美团', '2022-06-30', false, 'PLACE_NOT_YET'],
    ['510000', '美团', '2022-07-01', true, 'COVERED'],
    ['510000', '滴滴出行', '2025-06-30', false, 'PLATFORM_NOT_YET'],
    ['510000', '滴滴出行', '2025-07-01', true, 'COVERED'],
    ['330000', '美团', '2025-06-30', false, 'PLACE_NOT_YET'],
    ['330000', '美团', '2025-07-01', true, 'COVERED'],
    ['330106', ' 美 团 ', '2025-07-01', true, 'COVERED'],
    ['330000', '新平台', '2026-06-30', false, 'PLATFORM_NOT_YET'],
    ['330000', '新平台', '2026-07-01', true, 'COVERED'],
    ['620000', '美团', '2026-06-30', false, 'PLACE_NOT_YET'],
    ['660000', '美团', '2026-07-01', true, 'COVERED'],
  ])('in %s on %s on %s: %s, %s', (province, platform, date, expected, reason) => {
    expect(covered(province, platform, date)).toMatchObject({ covered: expected, reason });
  });

  it('seven provinces at first, then seventeen, then all', () => {
    const provinces =
      '110000 120000 130000 140000 150000 210000 220000 230000 310000 320000 330000 340000 350000 360000 370000 410000 420000 430000 440000 450000 460000 500000 510000 520000 530000 540000 610000 620000 630000 640000 650000 660000'.split(
        ' ',
      );
    const count = (date: string) =>
      provinces.filter((province) => (evaluate('occupational_injury_coverage', { province, date }) as { covered: boolean }).covered).length;
    expect(['2022-06-30', '2022-07-01', '2025-07-01', '2026-07-01'].map(count)).toEqual([0, 7, 17, 32]);
  });

  it('says that the last step goes by the plan', () => {
    const reasons = (province: string, platform: string) => {
      const answer = evaluateExplained('occupational_injury_coverage', { province, platform, date: '2026-08-01' });
      return 'provisional' in answer ? answer.provisional.map(({ reason }) => reason) : answer;
    };
    expect(reasons('620000', '美团')).toEqual(['ROLL_OUT_BY_PLAN']);
    expect(reasons('510000', '新平台')).toEqual(['ROLL_OUT_BY_PLAN']);
    expect(reasons('510000', '美团')).toEqual([]);
  });
});

describe('the occupational injury contribution', () => {
  const pay = (input: object) => evaluate('occupational_injury_contribution', { province: '510000', month: '202509', ...input });

  it('is an amount per order, paid by the platform alone', () => {
    expect(
      pay({
        orders: [
          { trade: 'RIDE_HAILING', orders: 350 },
          { trade: 'INSTANT_DELIVERY', orders: 1200, level: 'HIGH' },
          { trade: 'FOOD_DELIVERY', orders: 1200, newPlatform: true },
          { trade: 'CITY_FREIGHT', orders: 41 },
        ],
      }),
    ).toEqual({
      covered: true,
      lines: [
        { trade: 'RIDE_HAILING', orders: 350, perOrder: '0.01', amount: '3.50' },
        { trade: 'INSTANT_DELIVERY', orders: 1200, perOrder: '0.25', amount: '300.00' },
        { trade: 'INSTANT_DELIVERY', orders: 1200, perOrder: '0.07', amount: '84.00' },
        { trade: 'CITY_FREIGHT', orders: 41, perOrder: '0.18', amount: '7.38' },
      ],
      total: '394.88',
      paidByWorker: '0.00',
    });
  });

  it('is nothing where the orders are not covered', () => {
    expect(pay({ province: '620000', orders: [{ trade: 'RIDE_HAILING', orders: 350 }] })).toMatchObject({ covered: false, total: '0.00' });
  });

  it('is the same for orders counted in two heaps', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100_000), (a, b) => {
        const total = (counts: readonly number[]) =>
          pay({ orders: counts.map((orders) => ({ trade: 'INSTANT_DELIVERY', level: 'HIGH', orders })) });
        expect(total([a, b])).toMatchObject({ total: (total([a + b]) as { total: string }).total });
      }),
    );
  });

  it.each([
    [{ orders: [{ trade: 'INSTANT_DELIVERY', orders: 1 }] }, 'DELIVERY_LEVEL_MISSING', 'orders[0].level'],
    [{ orders: [{ trade: 'HAIRDRESSING', orders: 1 }] }, 'TRADE_UNKNOWN', 'orders[0].trade'],
    [{ orders: [{ trade: 'RIDE_HAILING', orders: -1 }] }, 'COUNT_INVALID', 'orders[0].orders'],
    [{ month: '202409', orders: [{ trade: 'RIDE_HAILING', orders: 1 }] }, 'NO_PARAMETER', 'orders[0].rate'],
    [{ month: '202513', orders: [] }, 'MONTH_INVALID', 'month'],
  ])('is refused for %j', (input, code, field) => {
    expect(pay(input)).toMatchObject({ refused: { code, field } });
  });

  it('takes the rate that the case gives for a month before the rates on file', () => {
    expect(pay({ month: '202409', orders: [{ trade: 'RIDE_HAILING', orders: 100, rate: '0.04' }] })).toMatchObject({ total: '4.00' });
  });
});

describe('an injury', () => {
  const order = {
    province: '510000',
    platform: '美团',
    orderId: 'A1',
    place: '成都',
    start: '2026-03-01T12:00:00',
    end: '2026-03-01T12:40:00',
  };
  const event = (injuredAt: string, input: object = {}) => evaluate('occupational_injury_event', { ...order, injuredAt, ...input });

  it.each([
    ['2026-03-01T11:59:59', false, 'OUTSIDE_ORDER'],
    ['2026-03-01T12:00:00', true, 'DURING_ORDER'],
    ['2026-03-01T04:40:00Z', true, 'DURING_ORDER'],
    ['2026-03-01 12:40:01', false, 'OUTSIDE_ORDER'],
  ])('at %s is covered: %s, %s', (injuredAt, covered, reason) => {
    expect(event(injuredAt)).toEqual({ covered, reason, lacking: [] });
  });

  it('belongs to the day in China', () => {
    const night = { start: '2022-07-01T00:10:00', end: '2022-07-01T00:50:00' };
    expect(event('2022-06-30T16:20:00Z', night)).toMatchObject({ covered: true });
    expect(event('2022-06-30T15:59:00Z', night)).toMatchObject({ reason: 'PLACE_NOT_YET' });
  });

  it('needs the whole record of the order, a place and a platform that take part', () => {
    expect(event('2026-03-01T12:10:00', { end: null })).toEqual({ covered: false, reason: 'ORDER_RECORD_INCOMPLETE', lacking: ['end'] });
    expect(event('2026-03-01T12:10:00', { place: '' })).toMatchObject({ reason: 'ORDER_RECORD_INCOMPLETE', lacking: ['place'] });
    expect(event('2026-03-01T12:10:00', { province: '620000' })).toMatchObject({ covered: false, reason: 'PLACE_NOT_YET' });
    expect(event('2026-03-01T12:10:00', { platform: '新平台' })).toMatchObject({ covered: false, reason: 'PLATFORM_NOT_YET' });
  });

  it.each([
    [{ injuredAt: '2026-02-30T12:00:00' }, 'DATE_INVALID', 'injuredAt'],
    [{ injuredAt: 'noon' }, 'DATE_INVALID', 'injuredAt'],
    [{ end: '2026-03-01T11:00:00' }, 'RANGE_REVERSED', 'end'],
  ])('is refused for %j', (input, code, field) => {
    expect(event('2026-03-01T12:10:00', input)).toMatchObject({ refused: { code, field } });
  });
});
