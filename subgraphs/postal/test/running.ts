import { tmpdir } from 'node:os';
import { citizenSeal, parseCitizenNumber } from '@yichuang/schema';
import type { World } from '../../../sandbox/src/people/model.js';
import { registersOf } from '../../../sandbox/src/people/registers.js';
import { startPostal as startStandIns } from '../../../sandbox/src/systems/postal.js';
import type { Fault, StandIn, StandInGroup } from '../../../sandbox/src/systems/stand-in.js';
import { grantedAll, hubKey, policyOf } from '../../../kit/test/grants/forge.js';
import { startPostal } from '../src/server.js';

export interface Answer {
  readonly data: { readonly _entities: readonly (Record<string, unknown> | null)[] } | null;
  readonly errors?: readonly { readonly path?: readonly (string | number)[]; readonly extensions: Readonly<Record<string, unknown>> }[];
  readonly extensions?: { readonly provenance?: readonly Readonly<Record<string, unknown>>[] };
}

export interface Running {
  readonly url: string;
  /** `Citizen.id` of a citizen number. */
  ref(number: string): string;
  /** Asks for entities as the hub does. */
  entities(representations: readonly object[], selection: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  citizens(numbers: readonly string[], fields: string): Promise<Answer>;
  enterprises(codes: readonly string[], fields: string): Promise<Answer>;
  system(id: 'postal-licences' | 'postal-couriers'): StandIn;
  /** Everything that the subgraph has logged. */
  log(): string;
  close(): Promise<void>;
}

const hub = hubKey();

/** Today in Asia/Shanghai, by which files are on time. */
export const TODAY = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

/** The subgraph and the stand-ins of its systems, on free ports of this machine; with faults that are there before it starts. */
export async function startAll(world: World, faults: Partial<Record<'postal-licences' | 'postal-couriers', Fault>> = {}): Promise<Running> {
  const standIns: StandInGroup = await startStandIns({
    world,
    registers: registersOf(world),
    port: () => 0,
    folder: tmpdir(),
    today: TODAY,
  });
  for (const system of standIns.systems) {
    if (system.id === 'postal-licences' || system.id === 'postal-couriers') await system.setFault(faults[system.id]);
  }
  const citizenRefKey = '0123456789abcdef'.repeat(8);
  const seal = citizenSeal(citizenRefKey);
  const lines: string[] = [];
  const subgraph = await startPostal({
    grants: policyOf(hub),
    citizenRefKey,
    port: 0,
    env: { ...standIns.env, POSTAL_POLL_MS: '100' },
    logTo: { write: (line) => void lines.push(line) },
  });
  const running: Running = {
    url: subgraph.url,
    ref(number) {
      const parsed = parseCitizenNumber(number);
      if (parsed === undefined) throw new Error('not a citizen number');
      return seal.seal(parsed);
    },
    async entities(representations, selection, headers = {}) {
      const body = JSON.stringify({
        query: `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`,
        variables: { representations },
      });
      const response = await fetch(subgraph.url, {
        method: 'POST',
        headers: { ...(await grantedAll(hub, 'postal', body)), ...headers },
        body,
      });
      return (await response.json()) as Answer;
    },
    citizens: (numbers, fields) =>
      running.entities(
        numbers.map((number) => ({ __typename: 'Citizen', id: running.ref(number) })),
        `... on Citizen { ${fields} }`,
      ),
    enterprises: (codes, fields) =>
      running.entities(
        codes.map((creditCode) => ({ __typename: 'Enterprise', creditCode })),
        `... on Enterprise { ${fields} }`,
      ),
    system(id) {
      const found = standIns.systems.find((system) => system.id === id);
      if (!found) throw new Error(`no stand-in ${id}`);
      return found;
    },
    log: () => lines.join(''),
    async close() {
      await subgraph.close();
      await standIns.close();
    },
  };
  return running;
}
