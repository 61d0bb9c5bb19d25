import { Client } from 'pg';

/** Places with a past: where relations went in the last year, how many, and how many days the office took to accept. */
const PAST = [
  ['110000', '320000', 9, 4],
  ['310000', '330000', 14, 6],
  ['320000', '310000', 23, 9],
  ['330000', '310000', 11, 3],
  ['340000', '330000', 18, 7],
  ['430000', '440000', 41, 12],
  ['510000', '440000', 36, 11],
  ['620000', '510000', 12, 15],
] as const;

/**
 * Writes transfers of the last year as an agency keeps them, for the statistics: they would take months to live through. Nobody’s: their
 * references open nothing. A third of those between the cities of the east is still under way.
 * @param url the database of the hub
 */
export async function writePastTransfers(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const [source, target, cases, days] of PAST) {
      const open = target.startsWith('3');
      await client.query(
        `with written as (
           insert into transfers.transfer_case (id, number, agency, kind, citizen, scheme, target_scheme, account_kind, source, target,
             statements, ground, state, money, seals, orders, clock, figures, notes, deadlines, deadline_provisional, overdue, refused, version,
             applied_at, changed_at, ended_at)
           select gen_random_uuid(), 'PAST' || $1 || $2 || n, 'hrss', 'PENSION', 'c1-past' || $1 || $2 || n, '110', '110', 'ORDINARY', $1, $2,
             '{}', '{}', case when n % 7 = 0 then 'REJECTED' when $5 and n % 3 = 0 then 'LETTER_SENT' else 'NOTIFIED' end,
             true, false, '{}', '{}', '{}', '[]', '[]', false,
             case when $5 and n % 9 = 3 then 'LETTER' end, case when n % 7 = 0 then 'FIFTY_ALREADY' end, 4,
             now() - interval '200 days', now(), case when $5 and n % 3 = 0 and n % 7 <> 0 then null else now() end
           from generate_series(1, $3::int) as n
           returning id
         )
         insert into transfers.transfer_step (case_id, version, step, at, actor, to_state, detail)
         select id, v, (array['APPLIED', 'ACCEPTED', 'PAY', 'JOIN'])[v], now() - interval '200 days' + (v - 1) * $4::int * interval '1 day', '{}',
           'NOTIFIED', '{}'
         from written, generate_series(1, 4) as v`,
        [source, target, cases, days, open],
      );
    }
  } finally {
    await client.end();
  }
}
