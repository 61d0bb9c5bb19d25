import { AgencyFault, recordsOf, type Agency, type AgencySystem, type Loaded } from '@yichuang/kit';
import type { LifeRecord } from '@yichuang/rules';
import { shanghaiDay, type CitizenNumber } from '@yichuang/schema';
import { lifeRecordOf } from '../outlook/life-record.js';
import type { CardHolderRecord, RelationIndexRecord } from '../records.js';

const OF_A_REGISTER = ['person', 'relation', 'contribution', 'accountYear', 'benefit'];

/**
 * Reads what the registers hold of a person, for the checks and the figures of a transfer. The agency asks its own systems for its own case:
 * nothing of it leaves the agency but what the case says. A register that does not answer is named in the record as missing.
 * @throws AgencyFault when the ministry does not answer, so that nobody knows which registers there are
 */
export function factsOf(agency: Agency, now: () => Date): (citizen: CitizenNumber, signal: AbortSignal) => Promise<LifeRecord> {
  const ministry = agency.systems.find((system) => system.holds(['relationIndex']));
  if (!ministry) throw new Error('agency.yaml names no system that holds the relation index');
  return async (citizen, signal) => {
    const index = await read(ministry, citizen, ['relationIndex', 'cardHolder'], undefined, signal);
    if (!index.ok) throw index.fault;
    const places = new Set(
      recordsOf<RelationIndexRecord>(index, 'relationIndex').flatMap(({ jurisdiction }) => (jurisdiction === null ? [] : [jurisdiction])),
    );
    const loaded = await Promise.all(
      [...places].sort().map(async (jurisdiction): Promise<Loaded> => {
        const system = agency.systemOf(jurisdiction);
        if (system) return read(system, citizen, OF_A_REGISTER, jurisdiction, signal);
        const fault = new AgencyFault('AGENCY_UNAVAILABLE', `no system is configured for jurisdiction ${jurisdiction}`);
        return { ok: false, system: ministry, jurisdiction, fault };
      }),
    );
    const answers = loaded.filter((one): one is Loaded & { readonly ok: true } => one.ok);
    const gaps = loaded.filter((one): one is Loaded & { readonly ok: false } => !one.ok);
    const [holder] = recordsOf<CardHolderRecord>(index, 'cardHolder');
    return lifeRecordOf(holder, { answers, gaps }, shanghaiDay(now()).slice(0, 7)).record;
  };
}

async function read(
  system: AgencySystem,
  citizen: CitizenNumber,
  records: readonly string[],
  jurisdiction: string | undefined,
  signal: AbortSignal,
): Promise<Loaded> {
  const from = { system, jurisdiction };
  try {
    const answer = (await system.ask('citizen', [citizen], records, signal)).get(citizen) ?? new Map<string, never[]>();
    const own = system.jurisdictions.length < 2 || jurisdiction === undefined;
    const kept = own
      ? answer
      : new Map([...answer].map(([name, rows]) => [name, rows.filter(({ provenance }) => provenance.jurisdiction === jurisdiction)]));
    return { ...from, ok: true, records: kept };
  } catch (error) {
    if (!(error instanceof AgencyFault)) throw error;
    return { ...from, ok: false, fault: error };
  }
}
