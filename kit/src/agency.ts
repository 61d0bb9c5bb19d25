import { readFileSync } from 'node:fs';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { parseDivisionCode, type DivisionCode } from '@yichuang/schema';
import { connect } from './connectors/index.js';
import { compileMapping, loadMappingFile, type SubjectRecords } from './mapping/mapping.js';
import { Spelling } from './mapping/spec.js';
import { overlaySpelling } from './mapping/spelling.js';
import { guardSystem, type SystemStatus } from './systems/guard.js';
import { MaintenanceWindow, SystemLimits } from './systems/limits.js';
import type { KeyKind, Transport } from './systems/system.js';
import type { TransferOffice } from './transfers/office.js';
import { officeAt } from './offices/offices.js';

const Settings = Type.Record(Type.String(), Type.Unknown());
const Family = Type.Object(
  {
    transport: Type.Enum(['sql', 'soap', 'rest', 'envelope', 'batch']),
    /** Mapping file, relative to the agency file. */
    mapping: Type.String(),
    /** Column of the rows that names the jurisdiction, for systems that hold several. */
    jurisdictionColumn: Type.Optional(Type.String()),
    settings: Settings,
    limits: Type.Optional(Type.Partial(SystemLimits)),
    windows: Type.Optional(Type.Array(MaintenanceWindow)),
    spelling: Type.Optional(Spelling),
  },
  { additionalProperties: false },
);
const SystemRow = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9-]+$' }),
    family: Type.String(),
    jurisdictions: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
    /** What is special about this system; each section is laid over its family's. */
    settings: Type.Optional(Settings),
    limits: Type.Optional(Type.Partial(SystemLimits)),
    windows: Type.Optional(Type.Array(MaintenanceWindow)),
    spelling: Type.Optional(Spelling),
  },
  { additionalProperties: false },
);
const Office = Type.Object(
  {
    name: Type.String(),
    phone: Type.Optional(Type.String()),
    address: Type.Optional(Type.String()),
    postCode: Type.Optional(Type.String()),
    /** Where it receives money. */
    bank: Type.Optional(
      Type.Object(
        { name: Type.String(), code: Type.String(), accountName: Type.String(), account: Type.String() },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

/** How an office is reached and where it receives money, as it stands on the papers of transfers. */
export type OfficeEntry = Static<typeof Office>;

/** `agency.yaml`: what systems an agency runs and how to reach them. A province that speaks a known dialect is one row of `systems`. */
const AgencyFile = Type.Object(
  {
    agency: Type.String(),
    families: Type.Record(Type.String(), Family),
    systems: Type.Array(SystemRow, { minItems: 1 }),
    /** By jurisdiction. */
    offices: Type.Optional(Type.Record(Type.String({ pattern: '^\\d{6}$' }), Office)),
  },
  { additionalProperties: false },
);

/** One legacy system of an agency: asks in batches, answers in standard records. */
export interface AgencySystem {
  readonly agency: string;
  readonly id: string;
  readonly transport: Transport;
  readonly jurisdictions: readonly DivisionCode[];
  /** The office that carries orders of transfers out; undefined where the file says nothing of orders. */
  readonly office: TransferOffice | undefined;
  /** True when the system's mapping makes any of these records. */
  holds(records: Iterable<string>): boolean;
  /**
   * Standard records per key, in one call per batch limit.
   * @throws AgencyFault when the system fails, is closed, or answers about somebody else.
   */
  ask(by: KeyKind, keys: readonly string[], records: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, SubjectRecords>>;
  calls(): number;
  status(): SystemStatus;
  /** Does ahead what the first question would otherwise have to wait for; never rejects. */
  open(): Promise<void>;
  close(): Promise<void>;
}

/** An agency's systems, as its file describes them. */
export interface Agency {
  readonly code: string;
  readonly systems: readonly AgencySystem[];
  /** The system that holds a jurisdiction's register; undefined where the file names none. */
  systemOf(jurisdiction: string): AgencySystem | undefined;
  /** The office of a jurisdiction, for papers; undefined where the file says nothing of it. */
  officeEntry(jurisdiction: string): OfficeEntry | undefined;
  /** Opens all systems: daily files are read before the first question. Never rejects, and nothing depends on it. */
  open(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Reads an agency file and connects its systems (lazily: no source is contacted here). `${NAME}` and `${NAME:-default}` in settings
 * stand for environment variables, `{jurisdiction}` for the system's first jurisdiction.
 * @throws Error naming the file, the system and the setting that is missing or does not fit.
 */
export function loadAgency(file: URL, env: Readonly<Record<string, string | undefined>> = process.env): Agency {
  const content: unknown = parse(readFileSync(file, 'utf8'));
  if (!Value.Check(AgencyFile, content)) {
    const first = [...Value.Errors(AgencyFile, content)][0];
    throw new Error(`${file.pathname}: ${first ? `${first.instancePath} ${first.message}` : 'is not an agency file'}`);
  }
  const systems = content.systems.map((row) => bindSystem(file, content, row, env));
  const byJurisdiction = new Map<string, AgencySystem>();
  for (const system of systems) {
    for (const code of system.jurisdictions) {
      if (byJurisdiction.has(code))
        throw new Error(`${file.pathname}: jurisdiction ${code} is held by two systems, one of them ${system.id}`);
      byJurisdiction.set(code, system);
    }
  }
  return {
    code: content.agency,
    systems,
    systemOf: (jurisdiction) => byJurisdiction.get(jurisdiction),
    officeEntry: (jurisdiction) => content.offices?.[jurisdiction],
    open: async () => {
      await Promise.all(systems.map((system) => system.open()));
    },
    close: async () => {
      await Promise.all(systems.map((system) => system.close()));
    },
  };
}

type AgencyContent = Static<typeof AgencyFile>;

function bindSystem(
  file: URL,
  content: AgencyContent,
  row: Static<typeof SystemRow>,
  env: Readonly<Record<string, string | undefined>>,
): AgencySystem {
  const family = content.families[row.family];
  const where = `${file.pathname}: system ${row.id}`;
  if (!family) throw new Error(`${where}: family ${row.family} is not in the file`);
  const jurisdictions = (row.jurisdictions ?? []).map((text) => {
    const code = parseDivisionCode(text);
    if (!code) throw new Error(`${where}: ${text} is not a division code`);
    return code;
  });
  const settings = substitute({ ...family.settings, ...row.settings }, { env, where, jurisdiction: jurisdictions[0] });
  const limits = Value.Default(SystemLimits, { ...usualLimits(env), ...family.limits, ...row.limits });
  if (!Value.Check(SystemLimits, limits)) throw new Error(`${where}: limits do not fit`);
  const system = connect(family.transport, settings, { id: row.id, jurisdictions, deadlineMs: limits.deadlineMs });
  const guard = guardSystem(system, {
    agency: content.agency,
    id: row.id,
    transport: family.transport,
    jurisdictions,
    limits,
    windows: row.windows ?? family.windows ?? [],
  });
  const mapping = compileMapping(loadMappingFile(new URL(family.mapping, file)), overlaySpelling(family.spelling, row.spelling));
  const source = {
    agency: content.agency,
    system: row.id,
    jurisdiction: family.jurisdictionColumn === undefined && jurisdictions.length === 1 ? jurisdictions[0] : undefined,
    jurisdictionColumn: family.jurisdictionColumn,
  };
  return {
    agency: content.agency,
    id: row.id,
    transport: family.transport,
    jurisdictions,
    office: system.orders && officeAt(guard, system.orders),
    holds: (records) => mapping.partsOf(records).length > 0,
    ask: async (by, keys, records, signal) => {
      const question = { by, keys, parts: mapping.partsOf(records), signal };
      const read = await guard.ask(question, (answer, asked) => mapping.read(answer, asked, source));
      return read.length === 1 && read[0] ? read[0] : new Map(read.flatMap((subjects) => [...subjects]));
    },
    calls: () => guard.calls(),
    status: () => guard.status(),
    open: () => guard.open(),
    close: () => guard.close(),
  };
}

/** `LEGACY_DEADLINE_MS`: milliseconds a call may take where the agency file says nothing; for sites on slow lines. */
function usualLimits(env: Readonly<Record<string, string | undefined>>): Partial<SystemLimits> {
  const text = env['LEGACY_DEADLINE_MS'];
  if (text === undefined || text === '') return {};
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error('the environment variable LEGACY_DEADLINE_MS must be a whole number of milliseconds');
  return { deadlineMs: Number(text) };
}

interface Substitution {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly where: string;
  readonly jurisdiction: string | undefined;
}

function substitute(value: unknown, by: Substitution): unknown {
  if (typeof value === 'string') {
    return value
      .replaceAll('{jurisdiction}', by.jurisdiction ?? '')
      .replace(/\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}/g, (_, name: string, fallback: string | undefined) => {
        const found = by.env[name] ?? fallback;
        if (found === undefined) throw new Error(`${by.where}: the environment variable ${name} is not set`);
        return found;
      });
  }
  if (Array.isArray(value)) return value.map((item) => substitute(item, by));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, by)]));
  return value;
}
