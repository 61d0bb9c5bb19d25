import DataLoader from 'dataloader';
import type { GraphQLError } from 'graphql';
import { catalogued, type CitizenNumber, type CitizenSeal } from '@yichuang/schema';
import type { AgencySystem } from '../agency.js';
import type { Provenance, StandardRecord, SubjectRecords } from '../mapping/mapping.js';
import { failureDetail } from '../systems/guard.js';
import { AgencyFault, type KeyKind } from '../systems/system.js';
import type { QuestionMemory } from './memory.js';
import { SourceNotes } from './source-notes.js';

/** What one system said about one subject: its records, or why there are none. */
export type Loaded = { readonly system: AgencySystem; readonly jurisdiction: string | undefined } & (
  { readonly ok: true; readonly records: SubjectRecords } | { readonly ok: false; readonly fault: AgencyFault }
);

/** Records of one kind out of what a system said. The mapping file gives a record its fields; `T` is their type by name. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the parameter is the point: callers name the record's type
export function recordsOf<T extends { readonly provenance: Provenance }>(
  loaded: Loaded & { readonly ok: true },
  name: string,
): readonly T[] {
  const records: readonly StandardRecord[] = loaded.records.get(name) ?? [];
  // The one place where the mapping file's field names meet their TypeScript type; each agency's mapping test holds both together.
  return records as unknown as readonly T[];
}

/** One question of the hub to this subgraph: its loaders, its time limit and what it has learnt about its sources. */
export interface Question {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly sources: SourceNotes;
  /** The person behind a sealed reference; undefined for one that was not made by this hub. */
  open(ref: string): CitizenNumber | undefined;
  /**
   * What a system holds about a subject. Loads of one question are collected and cost one call per system, whatever their number;
   * never rejects: a failure is part of the answer. `jurisdiction` names the register meant where a system holds several.
   */
  load(system: AgencySystem, by: KeyKind, key: string, jurisdiction?: string): Promise<Loaded>;
  /** A failure as the error of a field or list element. */
  failure(loaded: Loaded & { readonly ok: false }): GraphQLError;
}

export interface QuestionOptions {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly seal: CitizenSeal;
  readonly memory: QuestionMemory;
  /** Standard records the operation needs. */
  readonly records: ReadonlySet<string>;
  /** Told of every failure once, for the log. */
  readonly onFault: (system: AgencySystem, fault: AgencyFault) => void;
}

/** Opens the context of one question. */
export function openQuestion(options: QuestionOptions): Question {
  const loaders = new Map<string, DataLoader<string, SubjectRecords | AgencyFault>>();
  const records = [...options.records];

  const loaderOf = (system: AgencySystem, by: KeyKind): DataLoader<string, SubjectRecords | AgencyFault> => {
    const name = `${system.id} ${by}`;
    let loader = loaders.get(name);
    if (!loader) {
      loader = new DataLoader(async (keys) => {
        const answer = await options.memory.ask(options.id, system, by, keys, records, options.signal);
        if (answer instanceof AgencyFault) options.onFault(system, answer);
        return keys.map((key) =>
          answer instanceof AgencyFault ? answer : (answer.get(key) ?? new Map<string, readonly StandardRecord[]>()),
        );
      });
      loaders.set(name, loader);
    }
    return loader;
  };

  return {
    id: options.id,
    signal: options.signal,
    sources: new SourceNotes(),
    open: (ref) => options.seal.open(ref),
    async load(system, by, key, jurisdiction) {
      const answer = await loaderOf(system, by)
        .load(key)
        .catch((error: unknown) =>
          error instanceof AgencyFault ? error : new AgencyFault('AGENCY_UNAVAILABLE', `${system.id} failed`, {}, { cause: error }),
        );
      const from = { system, jurisdiction: jurisdiction ?? system.jurisdictions[0] };
      if (answer instanceof AgencyFault) return { ...from, ok: false, fault: answer };
      return {
        ...from,
        ok: true,
        records: jurisdiction === undefined || system.jurisdictions.length < 2 ? answer : within(answer, jurisdiction),
      };
    },
    failure: (loaded) => catalogued(loaded.fault.code, { ...failureDetail(loaded.system, loaded.fault, loaded.jurisdiction) }),
  };
}

function within(records: SubjectRecords, jurisdiction: string): SubjectRecords {
  return new Map([...records].map(([name, list]) => [name, list.filter((record) => record.provenance.jurisdiction === jurisdiction)]));
}
