import { recordsOf, sumOfYuan, type Loaded, type Provenance } from '@yichuang/kit';
import type { InsuranceScheme } from '@yichuang/schema/resolvers/hrss';
import { identityConflict } from './identity-conflict.js';
import type { AccountYearRecord } from './records.js';

/** One account: one scheme under one person number in one register. */
export interface AccountPart {
  readonly scheme: InsuranceScheme | null;
  readonly jurisdiction: string;
  readonly balance: string | null;
  readonly principal: string | null;
  readonly interest: string | null;
  readonly years: readonly AccountYearRecord[];
  readonly provenance: Provenance;
}

/**
 * The accounts one register keeps for a person, from its yearly rows. A register that gave a person two numbers keeps two accounts, and
 * one that has two persons under one citizen number keeps theirs: each account is told by its person number. The balance is the latest year-end balance and what was
 * credited since; the running year has no interest yet (its rate becomes known in the year after). A figure that rests on an
 * unreadable one is null.
 */
export function accountsOf(answer: Loaded & { readonly ok: true }): AccountPart[] {
  const conflict = identityConflict(answer);
  const byAccount = new Map<string, AccountYearRecord[]>();
  for (const row of recordsOf<AccountYearRecord>(answer, 'accountYear')) {
    const account = `${row.personNumber ?? ''} ${row.scheme ?? ''}`;
    const rows = byAccount.get(account);
    if (rows) rows.push(row);
    else byAccount.set(account, [row]);
  }
  return [...byAccount.values()].flatMap((rows) => {
    const [first] = rows;
    if (!first) return [];
    const { scheme } = first;
    const years = [...rows].sort((a, b) => (a.year ?? 0) - (b.year ?? 0));
    const closed = years.findLastIndex((row) => row.balance !== null);
    const since = years.slice(closed + 1);
    // A year-end balance that stands there but cannot be read is not replaced by the one before: its interest would be missing.
    const unreadable = since.some((row) => refused(row, 'balance') || refused(row, 'year'));
    return [
      {
        scheme,
        jurisdiction: first.provenance.jurisdiction ?? '',
        balance: unreadable
          ? null
          : sumOfYuan([closed < 0 ? '0.00' : (years[closed]?.balance ?? null), ...since.map((row) => row.credited)]),
        principal: sumOfYuan(years.map((row) => row.credited)),
        interest: sumOfYuan(years.map((row) => row.interest ?? (refused(row, 'interest') ? null : '0.00'))),
        years,
        provenance: { ...first.provenance, quality: [...years.flatMap((row) => row.provenance.quality), ...conflict] },
      },
    ];
  });
}

const refused = (row: AccountYearRecord, field: string): boolean => row.provenance.quality.some((finding) => finding.field === field);
