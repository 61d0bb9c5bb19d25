import { filledIn, type OfficePaper, type OrderCounter } from '../../offices/papers.js';
import { AgencyFault } from '../../systems/system.js';
import type { ExactJson } from '../exact-json.js';
import { rowFinder } from '../json-rows.js';
import type { EnvelopeOrders } from './settings.js';

/** Sends one transaction; undefined where the platform has no record of it. @throws AgencyFault */
export type SendOrder = (infno: string, input: ExactJson, signal: AbortSignal) => Promise<ExactJson | undefined>;

/** Orders of transfers as transactions of the platform, their columns in its own words. */
export function envelopeOrders(orders: EnvelopeOrders, id: string, send: SendOrder): OrderCounter {
  const [receipt, lines] = [rowFinder(orders.receipt), rowFinder(orders.lines)];
  const ours = new Map(Object.entries(orders.columns).map(([column, word]) => [word, column]));
  const theirs = (row: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(row).map(([column, text]) => [orders.columns[column] ?? column, text]));
  const back = (row: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(row).map(([word, text]) => [ours.get(word) ?? word, text]));
  const paperOf = async (infno: string, { head, rows }: OfficePaper, signal: AbortSignal): Promise<OfficePaper> => {
    const output = await send(infno, { data: { [orders.head]: theirs(head), [orders.rows]: rows.map(theirs) } }, signal);
    const [heads, found] = output === undefined ? [] : [receipt(output), lines(output)];
    const [only] = heads ?? [];
    if (!only || heads?.length !== 1 || !found)
      throw new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: the answer has no receipt where it belongs`);
    return { head: back(filledIn(only)), rows: found.map((row) => back(filledIn(row))) };
  };
  return {
    order: (paper, signal) => paperOf(orders.order, paper, signal),
    inquire: (_, paper, signal) => paperOf(orders.inquiry, paper, signal),
  };
}
