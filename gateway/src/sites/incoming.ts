import type { Pool } from 'pg';
import type { SiteEvent } from './message.js';

/**
 * An event is heard once, whoever tells it how often. A case of which this site has told itself is this site's: nobody else tells of it.
 */
const HEAR = {
  name: 'hear-site-event',
  text: `
  with own as (
    select from transfers.transfer_event as event
    where event.number = $3 and not exists (select from yichuang.site_heard where site_heard.event = event.id) limit 1
  ), heard as (
    insert into yichuang.site_heard (event, site) select $1, $14 where not exists (select from own)
    on conflict do nothing returning event
  )
  insert into transfers.transfer_event
    (id, case_id, number, agency, kind, step, state, citizen, source, target, at, deadline, case_version)
  select event, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 from heard
  on conflict (id) do nothing`,
};

/**
 * Puts what another site told into this site's own stream, where it gets a place like everything else.
 * @returns false when it was there already, or is not that site's to tell
 */
export async function hear(pool: Pick<Pool, 'query'>, site: string, event: SiteEvent): Promise<boolean> {
  const { id, case_id, number, agency, kind, step, state, citizen, source, target, at, deadline, case_version } = event;
  const values = [id, case_id, number, agency, kind, step, state, citizen, source, target, at, deadline, case_version, site];
  return ((await pool.query({ ...HEAR, values })).rowCount ?? 0) > 0;
}
