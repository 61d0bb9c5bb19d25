import { startMedicalInsurance } from '../src/server.js';
import { citizenSeal, parseCitizenNumber, type ReleaseGroup } from '@yichuang/schema';
import type { RunningSubgraph } from '@yichuang/kit';
import { generateWorld } from '../../../sandbox/src/people/generate.js';
import type { Life, World } from '../../../sandbox/src/people/model.js';
import { granted, grantedAll, grantFor, hubKey, policyOf } from '../../../kit/test/grants/forge.js';
import { startMedical } from '../../../sandbox/src/systems/medical.js';
import type { StandIn, StandInGroup } from '../../../sandbox/src/systems/stand-in.js';

const hub = hubKey();
const CITIZEN_REF_KEY = 'a1'.repeat(64);
export const TODAY = '2026-11-05';

const seal = citizenSeal(CITIZEN_REF_KEY);

/** The stand-in of the platform over a world of a few hundred people. */
export interface Platform {
  readonly world: World;
  readonly standIn: StandIn;
  readonly env: Readonly<Record<string, string>>;
  persona(key: string): Life;
  close(): Promise<void>;
}

export async function startPlatform(people = 420): Promise<Platform> {
  const world = generateWorld({ people });
  const registers = { jurisdictions: new Map(), ministry: { RELATION_INDEX: [], PERSON: [], CARD: [], INJURY_COVER: [] }, manifest: [] };
  const group: StandInGroup = await startMedical({ world, registers, port: () => 0, folder: '', today: TODAY });
  const [standIn] = group.systems;
  if (!standIn) throw new Error('the group has no system');
  return {
    world,
    standIn,
    env: group.env,
    persona: (key) => {
      const persona = world.personas.find((candidate) => candidate.key === key);
      if (!persona) throw new Error(`there is no persona ${key}`);
      return persona.life;
    },
    close: () => group.close(),
  };
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly data: { readonly _entities: readonly ({ readonly medical: Readonly<Record<string, unknown>> | null } | null)[] };
  readonly errors?: readonly {
    readonly path?: readonly (string | number)[];
    readonly message: string;
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
  readonly extensions?: { readonly provenance: readonly Readonly<Record<string, unknown>>[] };
}

/** @param release what is granted of all of them; everything unless told otherwise */
type Ask = (
  people: readonly string[],
  selection: string,
  headers?: Readonly<Record<string, string>>,
  release?: Omit<ReleaseGroup, 'subjects'>,
) => Promise<Answer>;

/** The subgraph as the hub sees it. */
export interface Hub {
  readonly url: string;
  /** Asks about people by the numbers behind their references; `selection` is what is wanted of `medical`. */
  ask: Ask;
  askReferences: Ask;
  close(): Promise<void>;
}

export async function startHub(env: Readonly<Record<string, string | undefined>>, log: string[] = []): Promise<Hub> {
  const subgraph: RunningSubgraph = await startMedicalInsurance({
    env,
    grants: policyOf(hub),
    citizenRefKey: CITIZEN_REF_KEY,
    port: 0,
    logTo: { write: (line: string) => void log.push(line) },
  });
  const askReferences: Hub['askReferences'] = async (ids, selection, headers = {}, release) => {
    const body = JSON.stringify({
      query: `query ($people: [_Any!]!) { _entities(representations: $people) { ... on Citizen { medical { ${selection} } } } }`,
      variables: { people: ids.map((id) => ({ __typename: 'Citizen', id })) },
    });
    const grant = release
      ? granted(await grantFor(hub, body, [{ ...release, subjects: ids }], { call: { aud: 'medical-insurance' } }))
      : await grantedAll(hub, 'medical-insurance', body);
    const response = await fetch(subgraph.url, {
      method: 'POST',
      headers: { ...grant, ...headers },
      body,
    });
    const text = await response.text();
    return { ...(JSON.parse(text) as Omit<Answer, 'status' | 'text'>), status: response.status, text };
  };
  return {
    url: subgraph.url,
    askReferences,
    ask: (numbers, ...rest) => askReferences(numbers.map(sealed), ...rest),
    close: () => subgraph.close(),
  };
}

function sealed(number: string): string {
  const parsed = parseCitizenNumber(number);
  if (!parsed) throw new Error('not a citizen number');
  return seal.seal(parsed);
}
