import type { Registers, Sc51 } from '../people/tables.js';
import type { LedgerSums } from './accounts.js';
import { fenOf } from './amounts.js';
import { balanceOf } from './figures.js';

/**
 * What all accounts and pools held before the first transfer, by the rows of the registers: an account its last year-end balance and what
 * was credited since, a pool what was paid and not credited. Amounts that cannot be read count for nothing, on every day alike.
 */
export function openingSums(registers: Registers): LedgerSums {
  let accounts = 0;
  let pools = 0;
  for (const register of registers.jurisdictions.values()) {
    const byAccount = new Map<string, Sc51[]>();
    for (const row of register.SC51) {
      const name = `${row.AAE140} ${row.AAC001}`;
      const rows = byAccount.get(name);
      if (rows) rows.push(row);
      else byAccount.set(name, [row]);
    }
    for (const rows of byAccount.values()) accounts += balanceOf(rows) ?? 0;
    for (const { AAE020, AAE022, AAE381 } of register.AC43) pools += (fenOf(AAE020) ?? 0) + (fenOf(AAE022) ?? 0) - (fenOf(AAE381) ?? 0);
  }
  return { accounts, pools, clearing: 0, refunds: 0 };
}
