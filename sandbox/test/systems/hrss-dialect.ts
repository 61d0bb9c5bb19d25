import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse, stringify } from 'yaml';
import { AgencyFault, loadAgency, type Agency, type AgencySystem } from '@yichuang/kit';
import { generateWorld } from '../../src/people/generate.js';
import { registersOf } from '../../src/people/registers.js';
import type { World } from '../../src/people/model.js';
import type { Registers } from '../../src/people/tables.js';
import type { Fault, StandIn, StandInContext, StandInGroup, StartStandIns } from '../../src/systems/stand-in.js';
import type { PlainRecord, PlainRecords } from './hrss-expected.js';

const AGENCY_FILE = new URL('../../../subgraphs/hrss/agency.yaml', import.meta.url);

/** One dialect's stand-ins, with the agency that reaches them by the rows of the real agency file. */
export interface Dialect {
  readonly world: World;
  readonly registers: Registers;
  readonly agency: Agency;
  system(id: string): AgencySystem;
  standIn(id: string): StandIn;
  /** Keys of lives that hold anything in a jurisdiction and are not in the manifest of dirt. */
  cleanLives(jurisdiction: string): World['lives'];
  close(): Promise<void>;
}

interface AgencyContent {
  readonly agency: string;
  readonly families: Readonly<Record<string, { readonly mapping: string; readonly transport: string }>>;
  readonly systems: readonly { readonly id: string; readonly family: string; readonly settings?: Record<string, unknown> }[];
}

/** Starts stand-ins and the systems whose ids begin with a prefix. */
export async function startDialect(
  start: StartStandIns,
  prefix: string,
  more: Partial<StandInContext> = {},
  limits: Record<string, number> = {},
): Promise<Dialect> {
  const folder = mkdtempSync(join(tmpdir(), 'yichuang-dialect-'));
  const world = generateWorld({ people: 400, seed: 7 });
  const registers = registersOf(world);
  const group: StandInGroup = await start({ world, registers, port: () => 0, folder, today: '2026-11-20', ...more });
  const agency = loadRows(prefix, group.env, folder, { limits });
  // Whose number a register holds otherwise: the same person in another form, or somebody else's record.
  const misfiled = new Set(registers.manifest.flatMap(({ field, clean }) => (field === 'AAC002' && clean !== undefined ? [clean] : [])));
  const dirty = new Set(
    registers.manifest.flatMap(({ lifeIndex, jurisdiction }) => (lifeIndex === undefined ? [] : [`${lifeIndex} ${jurisdiction ?? ''}`])),
  );
  return {
    world,
    registers,
    agency,
    system: (id) => found(agency.systems, id),
    standIn: (id) => found(group.systems, id),
    cleanLives: (jurisdiction) =>
      world.lives.filter(
        (life, index) =>
          !dirty.has(`${index} ${jurisdiction}`) &&
          !misfiled.has(life.number) &&
          [...life.relations, ...life.employments, ...life.benefits].some(
            (fact) => jurisdiction === '' || fact.jurisdiction === jurisdiction,
          ),
      ),
    close: async () => {
      await agency.close();
      await group.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The rows of the real agency file whose ids begin with a prefix, with limits or settings of a test's own laid over. */
export function loadRows(
  prefix: string,
  env: StandInGroup['env'],
  folder: string,
  over: { readonly limits?: Record<string, number>; readonly settings?: Record<string, unknown> } = {},
): Agency {
  const content = parse(readFileSync(AGENCY_FILE, 'utf8')) as AgencyContent;
  const systems = content.systems
    .filter(({ id }) => id.startsWith(prefix))
    .map((row) => ({ ...row, limits: over.limits ?? {}, settings: { ...row.settings, ...over.settings } }));
  const used = new Set(systems.map(({ family }) => family));
  const families = Object.fromEntries(
    Object.entries(content.families)
      .filter(([name]) => used.has(name))
      .map(([name, family]) => [name, { ...family, mapping: new URL(family.mapping, AGENCY_FILE).href }]),
  );
  const file = join(folder, 'agency.yaml');
  writeFileSync(file, stringify({ agency: content.agency, families, systems }));
  return loadAgency(pathToFileURL(file), env);
}

function found<T extends { readonly id: string }>(list: readonly T[], id: string): T {
  const one = list.find((item) => item.id === id);
  if (!one) throw new Error(`there is no ${id}`);
  return one;
}

export const RECORDS = ['person', 'relation', 'contribution', 'accountYear', 'benefit', 'employment'] as const;
export const MINISTRY_RECORDS = ['relationIndex', 'cardHolder', 'card', 'injuryCover'] as const;

export const inTime = (): AbortSignal => AbortSignal.timeout(20_000);

/** What a system says about people in one jurisdiction: its records without provenance, and all findings. */
export async function askPeople(
  system: AgencySystem,
  keys: readonly string[],
  jurisdiction: string | undefined,
  records: readonly string[] = RECORDS,
): Promise<ReadonlyMap<string, { readonly records: PlainRecords; readonly findings: readonly string[] }>> {
  const answer = await system.ask('citizen', keys, records, inTime());
  return new Map(
    [...answer].map(([key, subject]) => {
      const findings: string[] = [];
      const plain: Record<string, PlainRecord[]> = {};
      for (const [name, list] of subject) {
        plain[name] = [];
        for (const { provenance, ...fields } of list) {
          if (jurisdiction !== undefined && provenance.jurisdiction !== jurisdiction) continue;
          findings.push(...provenance.quality.map(({ field, rule }) => `${name}.${field} ${rule}`));
          plain[name].push(fields as PlainRecord);
        }
      }
      return [key, { records: plain, findings }];
    }),
  );
}

/** What the mapping must find, and what it found, in one jurisdiction: the rules of the planted dirt per person, double rows left out. */
export async function dirtOf(
  dialect: Dialect,
  id: string,
  jurisdiction: string,
): Promise<{ readonly planted: readonly string[]; readonly found: readonly string[] }> {
  const entries = dialect.registers.manifest.filter((entry) => entry.system === id && entry.jurisdiction === jurisdiction);
  const keyOf = (lifeIndex: number | undefined): string => dialect.world.lives[lifeIndex ?? -1]?.number ?? '';
  const planted = entries.flatMap(({ lifeIndex, expect }) =>
    expect.outcome === 'NULL_WITH_FINDING' ? [`${keyOf(lifeIndex)} ${expect.rule}`] : [],
  );
  const answer = await askPeople(dialect.system(id), [...new Set(entries.map(({ lifeIndex }) => keyOf(lifeIndex)))], jurisdiction);
  const found = [...answer].flatMap(([key, { findings }]) => findings.map((finding) => `${key} ${finding.split(' ')[1] ?? ''}`));
  return { planted: planted.sort(), found: found.filter((finding) => !finding.endsWith(' DUPLICATE_ROW')).sort() };
}

/** Asks while a fault is on, and takes it away again. */
export async function underFault(dialect: Dialect, id: string, fault: Fault, ask: () => Promise<unknown>): Promise<AgencyFault> {
  await dialect.standIn(id).setFault(fault);
  try {
    await ask();
  } catch (error) {
    if (error instanceof AgencyFault) return error;
    throw error;
  } finally {
    await dialect.standIn(id).setFault(undefined);
  }
  throw new Error(`${id} answered in spite of ${fault.kind}`);
}
