import type { Life } from '../../src/people/model.js';
import { askPeople } from '../systems/hrss-dialect.js';
import type { Offices } from './offices.js';

/** What the hub reads of a person's employees' pension at a jurisdiction: state, months with a contribution, balance in fen. */
export async function relationAt(
  offices: Offices,
  { number }: Life,
  jurisdiction: string,
): Promise<{ readonly state: string | undefined; readonly months: number; readonly balance: number }> {
  const system = offices.agencies.flatMap((agency) => agency.systemOf(jurisdiction) ?? [])[0];
  if (!system) throw new Error(`there is no register of ${jurisdiction}`);
  const told = (await askPeople(system, [number], jurisdiction)).get(number)?.records ?? {};
  const own = (name: string) => (told[name] ?? []).filter((record) => record['scheme'] === 'EMPLOYEE_PENSION');
  const years = own('accountYear').sort((a, b) => Number(a['year']) - Number(b['year']));
  const closed = years.findLastIndex(({ balance }) => balance !== null);
  const fen = (yuan: unknown): number => Math.round(Number(yuan ?? 0) * 100);
  const since = years.slice(closed + 1).reduce((sum, { credited }) => sum + fen(credited), 0);
  return {
    state: own('relation')[0]?.['state'] as string | undefined,
    months: new Set(own('contribution').map(({ month }) => month)).size,
    balance: fen(years[closed]?.['balance']) + since,
  };
}
