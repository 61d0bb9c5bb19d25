import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate } from '../../src/index.js';

/*
 * Two questions that touch the same thing give the same answer: nobody is told one month by the outlook and another by the calculator.
 */

type Json = Readonly<Record<string, unknown>>;
const ask = (kind: string, input: Json) => {
  const answer = evaluate(kind, input) as Json;
  if ('refused' in answer) throw new Error(`${kind}: ${JSON.stringify(answer['refused'])}`);
  return JSON.parse(JSON.stringify(answer));
};

const yyyymm = (index: number): string => `${Math.floor(index / 12)}${String((index % 12) + 1).padStart(2, '0')}`;
const PROVINCES = ['110000', '320000', '330000', '440000', '510000', '660000'] as const;
const province = fc.constantFrom(...PROVINCES);
const base = fc.integer({ min: 300_000, max: 3_000_000 }).map((fen) => (fen / 100).toFixed(2));

interface Segment {
  readonly from: string;
  readonly to: string;
  readonly province: string;
  readonly base: string;
}

/** Segments one after the other from 2016 on, some months between them unpaid. */
const career: fc.Arbitrary<readonly Segment[]> = fc
  .array(fc.record({ months: fc.integer({ min: 1, max: 40 }), gap: fc.integer({ min: 0, max: 4 }), province, base }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => {
    let at = 2016 * 12;
    return parts.map(({ months, gap, ...rest }) => {
      const segment = { ...rest, from: yyyymm(at), to: yyyymm(at + months - 1) };
      at += months + gap;
      return segment;
    });
  });

describe('what is asked in two ways', () => {
  it('an account grows in a transfer as it grows by itself', () => {
    fc.assert(
      fc.property(career, fc.constantFrom('MONTH_PRODUCT', 'ANNUAL', 'NONE'), (segments, interestMethod) => {
        const through = Number(segments.at(-1)?.to.slice(0, 4));
        const transfer: { yearEndBalances: Json; balanceEndOfPreviousYear: string } = ask('pension_transfer_amount', {
          fromProvince: '440000',
          toProvince: '430000',
          transferOutMonth: `${through + 1}01`,
          segments,
          interestMethod,
        });
        const growth: { yearEndBalances: Json; balance: string } = ask('account_growth', { province: '440000', segments, interestMethod });
        expect(growth.yearEndBalances).toEqual(transfer.yearEndBalances);
        expect(growth.balance).toBe(transfer.balanceEndOfPreviousYear);
      }),
      { numRuns: 60 },
    );
  });

  it('the outlook and the rules it is made of tell the same months and the same place', () => {
    fc.assert(
      fc.property(career, province, fc.integer({ min: 1968 * 12, max: 1990 * 12 }), (segments, hukouProvince, birth) => {
        const birthMonth = yyyymm(birth);
        const relationProvince = segments.at(-1)?.province ?? '';
        const place: { receivingProvince: string; reason: string } = ask('receiving_place', { hukouProvince, relationProvince, segments });
        const dates: { rows: readonly Json[] } = ask('retirement_date', { people: [{ category: 'M60', birthMonth }] });
        const minimum: { requiredMonths: number; statutoryMonth: string; shortageMonths: number } = ask('min_contribution', {
          category: 'M60',
          birthMonth,
          paidMonths: segments.reduce((sum, { from, to }) => sum + months(from, to), 0),
        });
        const outlook: {
          receivingProvince: string;
          receivingReason: string;
          statutoryMonth: string;
          earliestElasticMonth: string;
          latestElasticMonth: string;
          options: readonly { choice: string; requiredMonths: number; missingMonths: number }[];
        } = ask('outlook', {
          person: { sex: '1', birthMonth, hukouProvince },
          asOf: '202611',
          segments: segments.map((one) => ({ ...one, scheme: '110' })),
          relations: [{ scheme: '110', province: relationProvince, accountKind: 'ORDINARY', state: 'PAUSED' }],
          whatIf: { stopPaying: true },
        });
        expect([outlook.receivingProvince, outlook.receivingReason]).toEqual([place.receivingProvince, place.reason]);
        const { statutoryMonth, earliestElasticMonth, latestElasticMonth } = outlook;
        expect(dates.rows[0]).toMatchObject({ statutoryMonth, earliestElasticMonth, latestElasticMonth });
        expect(minimum.statutoryMonth).toBe(statutoryMonth);
        const statutory = outlook.options.find(({ choice }) => choice === 'STATUTORY');
        expect([statutory?.requiredMonths, statutory?.missingMonths]).toEqual([minimum.requiredMonths, minimum.shortageMonths]);
      }),
      { numRuns: 60 },
    );
  });

  it('months that two relations claim are the months that are pointed out, and the months that are cleared', () => {
    const span = fc.record({ from: fc.integer({ min: 0, max: 60 }), months: fc.integer({ min: 1, max: 40 }), base });
    fc.assert(
      fc.property(span, span, (first, second) => {
        const segment = ({ from, months: count, base: paid }: typeof first) => ({
          from: yyyymm(2018 * 12 + from),
          to: yyyymm(2018 * 12 + from + count - 1),
          base: paid,
        });
        const [a, b] = [segment(first), segment(second)];
        const cleared: { overlappingMonths: number; countedMonths: number } = ask('overlap_clearing', {
          relations: [
            { province: '440000', segments: [a] },
            { province: '330000', segments: [b] },
          ],
          keep: '330000',
          settledIn: '202611',
        });
        const record = {
          asOf: '202611',
          segments: [
            { ...a, province: '440000', scheme: '110' },
            { ...b, province: '330000', scheme: '110' },
          ],
        };
        const found: { findings: readonly { code: string; months: readonly string[] }[] } = ask('risk_screening', record);
        const twice = found.findings.filter(({ code }) => code === 'R01').flatMap((finding) => finding.months);
        expect(twice).toHaveLength(cleared.overlappingMonths);
        const outlook: { monthsDoubled: number; monthsPaid: number } = ask('outlook', record);
        expect([outlook.monthsDoubled, outlook.monthsPaid]).toEqual([cleared.overlappingMonths, cleared.countedMonths]);
        const place = evaluate('receiving_place', { hukouProvince: '510000', relationProvince: '330000', ...record });
        expect('refused' in (place as Json)).toBe(cleared.overlappingMonths > 0);
      }),
      { numRuns: 60 },
    );
  });

  it('a lump sum that may not move does not move, and is pointed out from the same number of months on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 44 }), fc.boolean(), (count, papers) => {
        const range = { from: '201801', to: yyyymm(2018 * 12 + count - 1) };
        const paid = { paidOn: '2022-01-10', papers: papers ? [{ kind: 'COURT', issuedOn: '2021-05-01' }] : [] };
        const check: { movable: boolean; riskFlag: boolean } = ask('lump_sum_check', { ...paid, months: count });
        const transfer: { months: { paid: number; held: number } } = ask('pension_transfer_amount', {
          fromProvince: '440000',
          toProvince: '430000',
          transferOutMonth: '202203',
          segments: [{ ...range, base: '5000.00', ...paid }],
        });
        expect(transfer.months).toMatchObject(check.movable ? { paid: count, held: 0 } : { paid: 0, held: count });
        expect(check.movable).toBe(papers || count < 36);
        const segments = [{ ...range, province: '440000', scheme: '110', base: '5000.00', paidOn: paid.paidOn }];
        const { codes }: { codes: readonly string[] } = ask('risk_screening', { asOf: '202203', segments });
        if (count >= 36) expect([check.riskFlag, codes.includes('R04')]).toEqual([true, true]);
      }),
    );
  });

  it('the steps of a medical transfer end on the statutory days', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1400 }), (days) => {
        const acceptedOn = new Date(Date.UTC(2022, 0, 1 + days)).toISOString().slice(0, 10);
        const transfer: { transferOutDue: string; transferInDue: string } = ask('medical_transfer', {
          fromScheme: '310',
          toScheme: '310',
          lastPaidMonth: '202112',
          firstPaidMonthNew: '202201',
          acceptedOn,
        });
        const clocks: { sheetAndFundDue: string; finishDue: string } = ask('transfer_deadlines', { transfer: 'MEDICAL', acceptedOn });
        expect(transfer).toMatchObject({ transferOutDue: clocks.sheetAndFundDue, transferInDue: clocks.finishDue });
        const out: { due: string } = ask('deadline', { deadline: 'MEDICAL_TRANSFER_OUT', from: acceptedOn });
        expect(out.due).toBe(transfer.transferOutDue);
      }),
    );
  });
});

function months(from: string, to: string): number {
  return Number(to.slice(0, 4)) * 12 + Number(to.slice(4)) - Number(from.slice(0, 4)) * 12 - Number(from.slice(4)) + 1;
}
