import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { freshKeys, GATEWAY_FLAGS, gatewayEnvironment, generateWorld, Hub, personaToken, Screen, type World } from '@yichuang/sandbox';
import { startChild, untilAnswering, type Child } from '../machine/child.js';
import { requireFree } from '../machine/ports.js';
import { HUB, NODE_PROGRAM, ownProgram, ROOT } from '../own-program.js';

const PEOPLE = 2000;
const SEED = 1;
const FIRST_PORT = 26_600;
const FIRST_FRONT = 27_601;
const FIRST_GATEWAY = 27_651;

/**
 * A purpose may be used once a day. Whoever asks as fast as they can would be refused for that, which is not what is measured; everything
 * else about a consent stays as it is.
 */
const LIFT_LIMITS = `
  create function unlimited() returns trigger language plpgsql as $$
    begin new.max_uses := 2000000000; new.frequency_count := null; return new; end $$;
  create trigger unlimited before insert on consents for each row execute function unlimited()`;

const LATE_USES = `
  select count(*)::int as uses from consent_uses join consents on consents.id = consent_id
  where state = 'REVOKED' and used_at > changed_at`;

/** Two gateways, each a process, over one store and the agencies of the sandbox, which answer from bytes seen before. */
export interface TwoGateways {
  /** GraphQL address of the process that takes revocations. */
  readonly revoking: string;
  /** GraphQL address of the other. */
  readonly reading: string;
  readonly world: World;
  token(key: string): Promise<string>;
  /** How many uses of consents the store has counted after they were revoked. */
  lateUses(): Promise<number>;
  close(): Promise<void>;
}

/** Brings everything up. */
export async function openTwoGateways(folder: string): Promise<TwoGateways> {
  await requireFree(FIRST_FRONT);
  const hub = new Hub(ROOT, new Screen(process.stderr, Date.now()));
  const keys = freshKeys();
  const children: Child[] = [];
  let store: Client | undefined;
  const close = async (): Promise<void> => {
    await store?.end();
    for (const child of children.reverse()) await child.stop();
    await hub.stop();
  };
  const start = async (
    name: string,
    port: number,
    path: string,
    command: readonly string[],
    env: Record<string, string>,
  ): Promise<string> => {
    await requireFree(port);
    const url = `http://127.0.0.1:${port}`;
    const processor = name === 'reading' ? 'MEASURED' : 'OTHERS';
    const child = startChild({ name, command: [NODE_PROGRAM, ...command], cwd: ROOT, env, processor, logFolder: folder });
    children.push(child);
    await untilAnswering(`${url}${path}`, child);
    return url;
  };
  try {
    const addresses = await hub.start({ people: PEOPLE, seed: SEED, gatewayPort: undefined, firstPort: FIRST_PORT }, keys);
    const fronts = addresses.agencies.map(({ name, url }, index) => ({ name, port: FIRST_FRONT + index, target: `${url}/graphql` }));
    const recording = fileURLToPath(new URL('../access/recording-agencies.ts', import.meta.url));
    await start('agencies', FIRST_FRONT, '', ['--conditions=@yichuang/source', '--import', 'tsx', recording], {
      FRONTS: JSON.stringify(fronts),
      GRANT_KEY: keys.GRANT_KEY,
    });
    const behind = { ...addresses, agencies: fronts.map(({ name, port }) => ({ name, url: `http://127.0.0.1:${port}` })) };
    const program = await ownProgram(HUB);
    const [revoking = '', reading = ''] = await Promise.all(
      ['revoking', 'reading'].map((name, index) =>
        start(name, FIRST_GATEWAY + index, '/ready', [...GATEWAY_FLAGS, program], {
          ...gatewayEnvironment(behind, ROOT),
          ...keys,
          PORT: String(FIRST_GATEWAY + index),
          LOG_LEVEL: 'error',
        }),
      ),
    );
    const session = (store = new Client({ connectionString: addresses.store, options: '-c search_path=yichuang' }));
    await session.connect();
    await session.query(LIFT_LIMITS);
    return {
      revoking: `${revoking}/graphql`,
      reading: `${reading}/graphql`,
      world: generateWorld({ people: PEOPLE, seed: SEED }),
      token: (key) => personaToken(addresses.issuer, key),
      lateUses: async () => (await session.query<{ uses: number }>(LATE_USES)).rows[0]?.uses ?? NaN,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
