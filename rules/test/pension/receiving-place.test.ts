import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluateExplained } from '../../src/evaluate.js';
import { ask } from './question.js';

const place = (input: object) => ask('receiving_place', input);
const months = (from: string, to: string, area: string, more: object = {}) => ({ from, to, area, type: 'ACTUAL', ...more });

describe('the receiving place', () => {
  it('is the relation province outside the hukou when 120 months were paid there', () => {
    expect(
      place({
        hukouProvince: '510000',
        relationProvince: '440000',
        segments: [months('200801', '201212', '510100'), months('201301', '202404', '440300')],
      }),
    ).toMatchObject({ receivingProvince: '440000', reason: 'RELATION_PLACE_10Y', monthsByProvince: { '510000': 60, '440000': 136 } });
  });

  it('adds the cities of a province and goes back to the earlier province of ten years', () => {
    expect(
      place({
        hukouProvince: '510000',
        relationProvince: '330000',
        segments: [
          months('200801', '201106', '440100'),
          months('201107', '201406', '440300'),
          months('201407', '201806', '441900'),
          months('201807', '202506', '330100'),
        ],
      }),
    ).toMatchObject({
      receivingProvince: '440000',
      reason: 'PREVIOUS_PLACE_10Y',
      monthsByProvince: { '440000': 126, '330000': 84 },
      receivingArea: '441900',
    });
  });

  it('falls back to the hukou when no province has ten years, though the person never paid there', () => {
    expect(
      place({
        hukouProvince: '410000',
        relationProvince: '110000',
        segments: [months('200503', '201302', '440600'), months('201303', '202002', '320500'), months('202003', '202502', '110105')],
      }),
    ).toMatchObject({
      receivingProvince: '410000',
      reason: 'HUKOU_FALLBACK',
      monthsByProvince: { '440000': 96, '320000': 84, '110000': 60 },
      registrationNeeded: true,
    });
  });

  it('is the hukou for a relation of one month there, whatever was paid elsewhere', () => {
    expect(
      place({
        hukouProvince: '410000',
        relationProvince: '410000',
        segments: [months('200001', '201912', '440300'), months('202001', '202001', '410100')],
      }),
    ).toMatchObject({ receivingProvince: '410000', reason: 'RELATION_IN_HUKOU' });
  });

  it.each([
    ['202211', 'HUKOU_FALLBACK'],
    ['202212', 'RELATION_PLACE_10Y'],
  ])('asks for 120 months: paid until %s it is %s', (to, reason) => {
    expect(place({ hukouProvince: '510000', relationProvince: '440000', segments: [months('201301', to, '440300')] })).toMatchObject({
      reason,
    });
  });

  it('takes the latest province of ten years, not the longest', () => {
    expect(
      place({
        hukouProvince: '510000',
        relationProvince: '330000',
        segments: [months('199001', '200412', '440100'), months('200501', '201512', '320100'), months('201601', '201612', '330100')],
      }),
    ).toMatchObject({ receivingProvince: '320000', reason: 'PREVIOUS_PLACE_10Y' });
  });

  it('never counts months of a temporary account, and keeps the relation at the origin while one is open', () => {
    expect(
      place({
        hukouProvince: '510000',
        relationProvince: '310000',
        segments: [months('199501', '201012', '440100'), { ...months('201101', '202412', '310100'), type: 'TEMPORARY' }],
      }),
    ).toMatchObject({
      receivingProvince: '440000',
      reason: 'RELATION_PLACE_10Y',
      relationProvince: '440000',
      monthsByProvince: { '440000': 192 },
      monthsByKind: { '310000': { actual: 0, deemed: 0, temporary: 168 } },
    });
  });

  it.each([{ type: 'TEMPORARY' }, { accountKind: 'TEMPORARY' }, { temporary: true }])('knows a temporary account by %j', (mark) => {
    const segments = [months('201101', '202412', '310100', mark)];
    expect(place({ hukouProvince: '510000', relationProvince: '310000', segments })).toMatchObject({
      receivingProvince: '510000',
      reason: 'HUKOU_FALLBACK',
      monthsByProvince: {},
    });
  });

  it('counts deemed months where the work was done, though the person was never insured there', () => {
    expect(
      place({
        hukouProvince: '510000',
        relationProvince: '440000',
        segments: [months('198001', '199112', '420000', { type: 'DEEMED' }), months('200001', '200512', '440300')],
      }),
    ).toMatchObject({ receivingProvince: '420000', reason: 'PREVIOUS_PLACE_10Y', monthsByKind: { '420000': { actual: 0, deemed: 144 } } });
  });

  it('counts the service of a soldier as paid months of the resettlement place, and no owed months', () => {
    expect(
      place({
        hukouProvince: '510000',
        relationProvince: '440000',
        segments: [
          months('200001', '200412', '440100', { type: 'SERVICE' }),
          months('200501', '200912', '440100'),
          months('201001', '201012', '440100', { type: 'UNPAID' }),
        ],
      }),
    ).toMatchObject({ reason: 'RELATION_PLACE_10Y', monthsByProvince: { '440000': 120 } });
  });

  it('counts a month that two cities of one province claim once', () => {
    expect(
      place({
        hukouProvince: '510000',
        relationProvince: '440000',
        segments: [months('201001', '201406', '440100'), months('201401', '201911', '440300')],
      }),
    ).toMatchObject({ reason: 'HUKOU_FALLBACK', monthsByProvince: { '440000': 119 } });
  });

  it('is the province of the last ordinary month when the case does not say where the relation is', () => {
    expect(
      place({ hukouProvince: '510000', segments: [months('201301', '202404', '440300'), months('200801', '201212', '510100')] }),
    ).toMatchObject({ receivingProvince: '440000', relationProvince: '440000' });
  });

  it('keeps the 兵团 and Xinjiang apart', () => {
    expect(
      place({
        hukouProvince: '510000',
        relationProvince: '660000',
        segments: [months('201001', '201512', '650100'), months('201601', '202112', '659001')],
      }),
    ).toMatchObject({ reason: 'HUKOU_FALLBACK', monthsByProvince: { '650000': 72, '660000': 72 } });
  });

  it('is provisional when the hukou moved after statutory age', () => {
    const input = {
      hukouProvince: '510000',
      relationProvince: '510000',
      segments: [months('201001', '201012', '510100')],
      statutoryMonth: '202501',
    };
    expect(evaluateExplained('receiving_place', { ...input, hukouMovedIn: '202502' })).toMatchObject({
      provisional: [{ reason: 'HUKOU_MOVED_AFTER_STATUTORY_AGE' }],
    });
    expect(evaluateExplained('receiving_place', { ...input, hukouMovedIn: '202501' })).toMatchObject({ provisional: [] });
  });

  it('says what would change it', () => {
    const out = place({
      hukouProvince: '510000',
      relationProvince: '330000',
      segments: [months('200001', '201012', '440100'), months('201101', '201906', '330100')],
    });
    expect(out).toMatchObject({ receivingProvince: '440000', monthsMissing: 18 });
    expect(out['whatWouldChangeIt']).toEqual([
      { change: 'GO_ON_PAYING', province: '330000', months: 18, receivingProvince: '330000', reason: 'RELATION_PLACE_10Y' },
      { change: 'MOVE_HUKOU', province: '330000', receivingProvince: '330000', reason: 'RELATION_IN_HUKOU' },
      { change: 'MOVE_RELATION_TO_HUKOU', province: '510000', receivingProvince: '510000', reason: 'RELATION_IN_HUKOU' },
    ]);
  });

  it.each<[string, string, string, object]>([
    [
      'ordinary accounts of two provinces overlap',
      'MONTHS_OVERLAP',
      'segments[1]',
      { segments: [months('201001', '201012', '440100'), months('201012', '201101', '330100')] },
    ],
    [
      'deemed months are claimed by two provinces',
      'MONTHS_OVERLAP',
      'segments[1]',
      { segments: [months('199001', '199012', '440100', { type: 'DEEMED' }), months('199012', '199101', '330100', { type: 'DEEMED' })] },
    ],
    ['the hukou is unknown', 'DIVISION_UNKNOWN', 'hukouProvince', { hukouProvince: '990000' }],
    ['a city lies in no province', 'DIVISION_UNKNOWN', 'segments[0].area', { segments: [months('201001', '201012', '990100')] }],
    ['Taiwan is named', 'NOT_A_PENSION_JURISDICTION', 'relationProvince', { relationProvince: '710000' }],
    ['a month is 13', 'MONTH_INVALID', 'segments[0].from', { segments: [months('201013', '201112', '440100')] }],
    [
      'a type is unknown',
      'SEGMENT_TYPE_UNKNOWN',
      'segments[0].type',
      { segments: [months('201001', '201012', '440100', { type: 'PERHAPS' })] },
    ],
    ['the person draws a pension', 'ALREADY_RECEIVING', 'alreadyReceiving', { alreadyReceiving: true }],
    ['nothing says where the relation is', 'RELATION_NOT_KNOWN', 'relationProvince', { relationProvince: null, segments: [] }],
    ['a place is missing', 'INPUT_INVALID', 'segments[0].area', { segments: [{ from: '201001', to: '201012' }] }],
  ])('refuses when %s', (_, code, field, changed) => {
    expect(place({ hukouProvince: '510000', relationProvince: '440000', segments: [], ...changed })).toMatchObject({
      refused: { code, field },
    });
  });
});

const text = (index: number) => `${Math.floor(index / 12)}${String((index % 12) + 1).padStart(2, '0')}`;
const life = fc
  .array(
    fc.record({
      // Two provinces of 120 months and more are what the order of segments could decide between.
      months: fc.oneof(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 118, max: 122 })),
      area: fc.constantFrom('440100', '440300', '330100', '510100', '110105', '659001'),
      type: fc.constantFrom('ACTUAL', 'ACTUAL', 'DEEMED', 'TEMPORARY'),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => {
    let at = 1990 * 12;
    return parts.map(({ months: length, area, type }) => {
      const from = at;
      at += length;
      return { from: text(from), to: text(at - 1), area, type };
    });
  });
const hukou = fc.constantFrom('510000', '440000', '410000');

describe('the receiving place, whatever the life', () => {
  it('does not depend on the order of the segments', () => {
    fc.assert(
      fc.property(life, hukou, fc.constantFrom(undefined, '310000'), (segments, hukouProvince, relationProvince) => {
        const question = { hukouProvince, relationProvince };
        expect(place({ ...question, segments: [...segments].reverse() })).toEqual(place({ ...question, segments }));
      }),
      { numRuns: 200 },
    );
  });

  it('does not change when a segment is split by the month', () => {
    fc.assert(
      fc.property(life, hukou, (segments, hukouProvince) => {
        const at = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(4)) - 1;
        const text = (index: number) => `${Math.floor(index / 12)}${String((index % 12) + 1).padStart(2, '0')}`;
        const split = segments.flatMap((segment) =>
          Array.from({ length: at(segment.to) - at(segment.from) + 1 }, (_, index) => {
            const month = text(at(segment.from) + index);
            return { ...segment, from: month, to: month };
          }),
        );
        expect(place({ hukouProvince, segments: split })).toEqual(place({ hukouProvince, segments }));
      }),
      { numRuns: 30 },
    );
  });

  it('counts every month once', () => {
    fc.assert(
      fc.property(life, hukou, (segments, hukouProvince) => {
        const counted = Object.values(place({ hukouProvince, segments })['monthsByProvince'] as Record<string, number>);
        const length = (from: string, to: string) =>
          (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(4)) - Number(from.slice(4)) + 1;
        const expected = segments.filter(({ type }) => type !== 'TEMPORARY').reduce((sum, { from, to }) => sum + length(from, to), 0);
        expect(counted.reduce((sum, one) => sum + one, 0)).toBe(expected);
        const { monthsByProvince } = place({ hukouProvince, segments });
        expect(place({ hukouProvince, segments: [...segments, ...segments] })).toMatchObject({ monthsByProvince });
        // A month that was paid and is deemed as well is a paid one.
        const deemed = segments.filter(({ type }) => type === 'ACTUAL').map((segment) => ({ ...segment, type: 'DEEMED' }));
        expect(place({ hukouProvince, segments: [...deemed, ...segments] })['monthsByProvince']).toEqual(monthsByProvince);
      }),
    );
  });

  it('is not changed by months in a temporary account elsewhere', () => {
    fc.assert(
      fc.property(life, hukou, fc.constantFrom('310000', '320000'), (segments, hukouProvince, area) => {
        const temporary = { from: '203001', to: '204512', area, type: 'TEMPORARY' };
        const { receivingProvince, reason, monthsByProvince } = place({ hukouProvince, segments });
        expect(place({ hukouProvince, segments: [...segments, temporary] })).toMatchObject({ receivingProvince, reason, monthsByProvince });
        // The hukou is never one of these two: a temporary account is none of the hukou province.
        expect(place({ hukouProvince, relationProvince: area, segments: [...segments, temporary] })).toMatchObject({
          receivingProvince,
          reason,
        });
      }),
    );
  });

  it('is the hukou, the relation province or a province of 120 months', () => {
    fc.assert(
      fc.property(life, hukou, (segments, hukouProvince) => {
        const out = place({ hukouProvince, segments });
        const counts = out['monthsByProvince'] as Record<string, number>;
        const chosen = String(out['receivingProvince']);
        expect(chosen === hukouProvince || (counts[chosen] ?? 0) >= 120).toBe(true);
      }),
    );
  });
});
