import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GATEWAY_FLAGS } from '@yichuang/sandbox';
import { NODE_PROGRAM } from '../own-program.js';

/** Where a gateway of the line-up finds what it needs. */
export interface Place {
  readonly port: number;
  /** Port of the first subgraph; the others follow, their Federation 1 twins are a hundred higher. */
  readonly firstPort: number;
  /** Folder of the supergraph and of the configurations made from it. */
  readonly prepared: string;
  /** The program of `yichuang gateway`, built. */
  readonly own: string;
}

/** A gateway that takes part. */
export interface Gateway {
  readonly name: string;
  readonly title: string;
  readonly ours: boolean;
  /** Its folder in bench/peers, with a lockfile of its own. */
  readonly folder: string;
  /** Packages whose versions name it. */
  readonly packages: readonly string[];
  /** URL path that answers when it is ready, and that of GraphQL. */
  readonly ready: string;
  readonly path: string;
  command(place: Place): readonly string[];
  env(place: Place): Readonly<Record<string, string>>;
}

export const PEERS_FOLDER = fileURLToPath(new URL('../../peers/', import.meta.url));
/** Folders of bench/peers that are installed, each with a lockfile of its own. */
export const INSTALLATIONS = ['.', 'hive', 'mercurius', 'grafbase'] as const;

const inPlace = ({ port, firstPort, prepared }: Place): Record<string, string> => ({
  PORT: String(port),
  FIRST_PORT: String(firstPort),
  SUPERGRAPH: join(prepared, 'supergraph.graphql'),
});

const peer = (
  given: Pick<Gateway, 'name' | 'title' | 'packages' | 'command'> & Partial<Pick<Gateway, 'folder' | 'ready' | 'path'>>,
): Gateway => ({
  ours: false,
  folder: '.',
  ready: '/health',
  path: '/graphql',
  env: inPlace,
  ...given,
});

const hive = ({ port, prepared }: Place): readonly string[] => [
  NODE_PROGRAM,
  'node_modules/.bin/hive-gateway',
  'supergraph',
  join(prepared, 'supergraph.graphql'),
  ...['-h', '127.0.0.1', '-p', String(port), '-c', 'gateway.config.mjs', '--fork', '1'],
];

const yichuang = (name: string, title: string, executor: string): Gateway => ({
  ...peer({
    name,
    title,
    packages: [],
    command: ({ own, port, prepared }) => [
      NODE_PROGRAM,
      // As `npx yichuang` and `npm start` do.
      ...GATEWAY_FLAGS,
      own,
      ...['--supergraph', join(prepared, 'supergraph.graphql'), '--port', String(port), '--executor', executor],
    ],
  }),
  ours: true,
  env: () => ({}),
});

/** Everything that can take part, in the order of the table. */
export const LINE_UP: readonly Gateway[] = [
  yichuang('yichuang', 'Yichuang', 'yichuang'),
  yichuang('yichuang-apollo', "Yichuang with Apollo's executor", 'apollo'),
  peer({
    name: 'aggregator',
    title: 'aggregator written by hand',
    packages: ['fastify', 'undici'],
    command: () => [NODE_PROGRAM, 'gateways/aggregator.mjs'],
  }),
  peer({
    name: 'grafbase',
    title: 'Grafbase `dev` (native Rust)',
    folder: 'grafbase',
    packages: ['@grafbase/cli-x86_64-unknown-linux-musl'],
    command: ({ port, prepared }) => [
      'node_modules/@grafbase/cli-x86_64-unknown-linux-musl/grafbase',
      ...['dev', '-c', join(prepared, 'grafbase.toml'), '-p', String(port), '--listen-address', `127.0.0.1:${port}`],
    ],
  }),
  peer({
    name: 'mercurius',
    title: 'mercurius gateway (Federation 1)',
    folder: 'mercurius',
    packages: ['@mercuriusjs/gateway', 'mercurius'],
    command: () => [NODE_PROGRAM, 'gateway.mjs'],
  }),
  peer({
    name: 'hive-rust',
    title: 'Hive Gateway, Rust planner',
    folder: 'hive',
    packages: ['@graphql-hive/gateway', '@graphql-hive/router-runtime'],
    ready: '/healthcheck',
    command: (place) => [...hive(place), '--hive-router-runtime'],
  }),
  peer({
    name: 'hive',
    title: 'Hive Gateway',
    folder: 'hive',
    packages: ['@graphql-hive/gateway'],
    ready: '/healthcheck',
    command: hive,
  }),
  peer({
    name: 'apollo-server',
    title: 'Apollo Server + Apollo Gateway',
    packages: ['@apollo/server', '@apollo/gateway'],
    ready: '/',
    path: '/',
    command: () => [NODE_PROGRAM, 'gateways/apollo-server.mjs'],
  }),
];

/** Those that ratios are taken to. */
export const REFERENCES = ['apollo-server', 'hive-rust', 'aggregator', 'grafbase'] as const;

/**
 * Gateways by name, in the order given. `name+FLAG` starts it with that flag of Node, for comparing flags.
 * @param names separated by commas; all of the line-up when absent
 */
export function chosenGateways(names: string | undefined): readonly Gateway[] {
  if (names === undefined) return LINE_UP;
  return names.split(',').map((wanted) => {
    const [name, ...flags] = wanted.split('+');
    const gateway = LINE_UP.find((each) => each.name === name);
    if (!gateway) throw new Error(`There is no gateway ${name}; there are ${LINE_UP.map((each) => each.name).join(', ')}.`);
    return flags.length === 0 ? gateway : withFlags(gateway, wanted, flags);
  });
}

/** The same gateway, started by Node with more flags. */
export function withFlags(gateway: Gateway, name: string, flags: readonly string[]): Gateway {
  return {
    ...gateway,
    name,
    title: `${gateway.title} (${flags.join(' ')})`,
    command: (place) => {
      const [program, ...args] = gateway.command(place);
      if (program !== NODE_PROGRAM) throw new Error(`${gateway.name} is not a program of Node`);
      return [program, ...flags, ...args];
    },
  };
}

/** Versions of the packages a gateway is made of, as installed. */
export function versionsOf({ folder, packages }: Gateway): string {
  return packages
    .map((name) => {
      const file = join(PEERS_FOLDER, folder, 'node_modules', name, 'package.json');
      const version = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : 'not installed';
      return `${name} ${version}`;
    })
    .join(', ');
}
