import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generateWorld } from '../../src/people/generate.js';
import { JURISDICTIONS } from '../../src/people/jurisdictions.js';
import type { Life, Relation, World } from '../../src/people/model.js';

const codes = new Set(JURISDICTIONS.map(({ code }) => code));

type Complaint = (what: string, wrong: boolean) => void;

/** Looks at all lives of worlds with different seeds. One expectation a world: a world has ten thousands of rows. */
function inEveryWorld(check: (life: Life, complainIf: Complaint, world: World) => void): void {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      const world = generateWorld({ people: 120, seed });
      const complaints = new Set<string>();
      world.lives.forEach((life, i) => {
        check(life, (what, wrong) => wrong && complaints.add(`life ${String(i)}: ${what}`), world);
      });
      expect([...complaints]).toEqual([]);
    }),
    { numRuns: 5 },
  );
}

const sorted = (texts: readonly string[]): boolean => texts.every((text, i) => i === 0 || (texts[i - 1] ?? '') < text);
const far = (a: number, b: number): boolean => Math.abs(a - b) > 0.00005;

describe('A clean life', () => {
  it('has relations and benefits only in the 32 jurisdictions, in pooling areas of theirs', () => {
    inEveryWorld(({ relations, benefits, employments }, complainIf) => {
      for (const { jurisdiction } of [...relations, ...benefits, ...employments])
        complainIf('a strange jurisdiction', !codes.has(jurisdiction));
      for (const { area, jurisdiction } of relations) complainIf('a strange pooling area', area.slice(0, 2) !== jurisdiction.slice(0, 2));
    });
  });

  it('books each month of a relation once, in order, and none after the world’s month or the death', () => {
    inEveryWorld(({ relations, diedOn, medical, platformWork }, complainIf, world) => {
      const end = diedOn === undefined ? world.month : diedOn.slice(0, 7);
      for (const { contributions, scheme } of relations) {
        const months = contributions.map(({ month }) => month);
        complainIf(`no contribution in ${scheme}`, months.length === 0);
        complainIf(`months of ${scheme} out of order`, !sorted(months));
        complainIf(`months of ${scheme} after the end`, (months.at(-1) ?? '') > end);
      }
      for (const { payments } of medical) {
        const months = payments.map(({ month }) => month);
        complainIf('medical months out of order', !sorted(months));
        complainIf('medical months after the end', (months.at(-1) ?? '') > end);
      }
      for (const { months } of platformWork) complainIf('platform months after the end', (months.at(-1)?.month ?? '') > end);
    });
  });

  it('pays nothing before the age of 16 and nothing into a pension once it is drawn there', () => {
    inEveryWorld(({ relations, benefits, birthDate }, complainIf) => {
      const sixteen = `${String(Number(birthDate.slice(0, 4)) + 16)}${birthDate.slice(4, 7)}`;
      for (const { contributions, scheme, jurisdiction } of relations) {
        complainIf('paid as a child', (contributions[0]?.month ?? '') < sixteen);
        const drawn = benefits.find(
          (b) => b.scheme === scheme && b.jurisdiction === jurisdiction && (scheme === '110' || scheme === '120'),
        );
        complainIf('paid while drawing', drawn !== undefined && (contributions.at(-1)?.month ?? '') >= drawn.from);
      }
    });
  });

  it('draws no pension at the place of a temporary account', () => {
    inEveryWorld(({ relations, benefits }, complainIf) => {
      for (const { scheme, jurisdiction, accountKind } of relations) {
        const drawn = benefits.some((benefit) => benefit.scheme === scheme && benefit.jurisdiction === jurisdiction);
        complainIf('drawn at a temporary account', accountKind === 'TEMPORARY' && drawn);
      }
    });
  });

  it('splits the base by the rates in force, and credits to a temporary account all that is paid', () => {
    inEveryWorld(({ relations }, complainIf) => {
      for (const { scheme, accountKind, contributions } of relations) {
        for (const { base, personal, employer, credited, month } of contributions) {
          const [p, e, c] = [personal / base, employer / base, credited / base];
          complainIf('base not in whole yuan', base % 100 !== 0);
          if (scheme === '110') {
            complainIf(`${month} sum of shares`, far(p + e, employer > 0 ? (month < '2019-05' ? 0.28 : 0.24) : 0.2));
            const temporary = accountKind === 'TEMPORARY';
            complainIf(`${month} credited`, temporary ? credited !== personal + employer : far(c, month < '2006-01' ? 0.11 : 0.08));
          }
          if (scheme === '210') complainIf(`${month} unemployment`, far(p, 0.005) || far(e, 0.005) || credited !== 0);
          if (scheme === '410') complainIf(`${month} injury`, personal !== 0 || far(e, 0.004) || credited !== 0);
        }
      }
    });
  });

  it('has account rows that an independent calculation, deposit by deposit, reaches to the fen', () => {
    inEveryWorld(({ relations }, complainIf, world) => {
      for (const relation of relations) {
        const booked = relation.account.flatMap(({ balance }) => (balance === undefined ? [] : [balance]));
        complainIf(`balances of ${relation.scheme}`, booked.join() !== balances(relation, world.month).join());
      }
    });
  });

  it('has cover against occupational injury only where and when there is one', () => {
    const first = new Set(['110000', '310000', '320000', '440000', '460000', '500000', '510000']);
    const second = new Set(['120000', '130000', '210000', '330000', '340000', '350000', '370000', '420000', '450000', '640000']);
    inEveryWorld(({ injuryCover }, complainIf) => {
      for (const { month, jurisdiction, paid, orders } of injuryCover) {
        complainIf('too early', month < (first.has(jurisdiction) ? '2022-07' : second.has(jurisdiction) ? '2025-07' : '2026-07'));
        complainIf('a strange price', ![1, 18, 25].includes(paid / orders));
      }
    });
  });

  it('names only units and outlets that exist', () => {
    inEveryWorld(({ relations, employments, courierWork, platformWork, businesses }, complainIf, { units, outlets }) => {
      const known = new Set(units.map(({ creditCode }) => creditCode));
      const filed = new Set(outlets.map(({ filingNumber }) => filingNumber));
      const named = [...employments, ...courierWork, ...platformWork].map(({ unit }) => unit);
      const paying = relations.flatMap(({ contributions }) => contributions.flatMap(({ unit }) => (unit === undefined ? [] : [unit])));
      complainIf('an unknown unit', ![...named, ...paying, ...businesses].every((code) => known.has(code)));
      complainIf('an unknown outlet', !courierWork.every(({ outlet }) => filed.has(outlet)));
    });
  });
});

const RATES: Readonly<Record<number, bigint>> = {
  2016: 831n,
  2017: 712n,
  2018: 829n,
  2019: 761n,
  2020: 604n,
  2021: 669n,
  2022: 612n,
  2023: 397n,
  2024: 262n,
  2025: 150n,
};

/** Year-end balances by following every deposit to December on its own, in twelve-hundred-thousandths of a fen, rounded once a year. */
function balances({ contributions, scheme, account }: Relation, month: string): readonly number[] {
  if (scheme === '210' || scheme === '410') return [];
  const first = Number((contributions[0]?.month ?? '0').slice(0, 4));
  const last = Math.min(Number(month.slice(0, 4)) - 1, account.at(-1)?.year ?? 0);
  const results: number[] = [];
  let balance = 0n;
  for (let year = first; year <= last; year++) {
    const rate = year < 2016 ? 400n : (RATES[year] ?? 0n);
    let worth = balance * (120_000n + 12n * rate);
    for (const { credited, month: paid } of contributions) {
      if (Number(paid.slice(0, 4)) === year) worth += BigInt(credited) * (120_000n + BigInt(13 - Number(paid.slice(5))) * rate);
    }
    balance = (worth + 60_000n) / 120_000n;
    results.push(Number(balance));
  }
  return results;
}
