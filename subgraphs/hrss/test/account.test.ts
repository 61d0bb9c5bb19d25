import { describe, expect, it } from '@jest/globals';
import type { AgencySystem } from '@yichuang/kit';
import { accountsOf } from '../src/account.js';

const provenance = {
  agency: 'hrss',
  system: 'hrss-sql-south',
  jurisdiction: '440000',
  asOf: '2026-11-01T00:00:00.000Z',
  freshness: 'LIVE',
  quality: [],
} as const;
const year = (fields: Record<string, unknown>) => ({
  scheme: 'EMPLOYEE_PENSION',
  months: 12,
  interest: null,
  balance: null,
  provenance,
  ...fields,
});
// The account is read from the records alone; the system that gave them stands for any.
const read = (...rows: ReturnType<typeof year>[]) =>
  accountsOf({ ok: true, system: {} as AgencySystem, jurisdiction: '440000', records: new Map([['accountYear', rows]]) });

describe('an account', () => {
  it('holds the latest year-end balance and what was credited since', () => {
    const [account] = read(
      year({ year: 2026, months: 3, credited: '1200.00' }),
      year({ year: 2024, credited: '4000.00', interest: '52.40', balance: '4052.40' }),
      year({ year: 2025, credited: '4200.00', interest: '94.91', balance: '8347.31' }),
    );
    expect(account).toMatchObject({ balance: '9547.31', principal: '9400.00', interest: '147.31' });
    expect(account?.years.map((row) => row.year)).toEqual([2024, 2025, 2026]);
  });

  it('that has no year-end yet holds what was credited', () => {
    expect(read(year({ year: 2026, months: 2, credited: '800.00' }))[0]?.balance).toBe('800.00');
  });

  it('gives no figure that rests on an unreadable one', () => {
    const unreadable = { ...provenance, quality: [{ field: 'credited', rule: 'YUAN_INVALID', sourceField: 'AAE381' }] };
    const [account] = read(
      year({ year: 2025, credited: '4000.00', interest: '30.00', balance: '4030.00' }),
      year({ year: 2026, credited: null, provenance: unreadable }),
    );
    expect(account).toMatchObject({ balance: null, principal: null, interest: '30.00' });
    expect(account?.provenance.quality).toEqual(unreadable.quality);
  });

  it('with an unreadable year-end balance is not read from the year before', () => {
    const unreadable = { ...provenance, quality: [{ field: 'balance', rule: 'YUAN_INVALID', sourceField: 'AAE382' }] };
    const [account] = read(
      year({ year: 2024, credited: '4000.00', interest: '52.40', balance: '4052.40' }),
      year({ year: 2025, credited: '4200.00', interest: '94.91', balance: null, provenance: unreadable }),
    );
    expect(account?.balance).toBeNull();
  });

  it('is kept apart by scheme', () => {
    const accounts = read(
      year({ year: 2025, credited: '1.00', balance: '1.00' }),
      year({ scheme: 'RESIDENT_PENSION', year: 2025, credited: '2.00', balance: '2.00' }),
    );
    expect(accounts.map(({ scheme, balance }) => [scheme, balance])).toEqual([
      ['EMPLOYEE_PENSION', '1.00'],
      ['RESIDENT_PENSION', '2.00'],
    ]);
  });
});
