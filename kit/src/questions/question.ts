import DataLoader from 'dataloader';
import type { GraphQLError } from 'graphql';
import { catalogued, type CitizenNumber, type CitizenSeal, type GrantedCall, type ReleaseGroup } from '@yichuang/schema';
import type { AgencySystem } from '../agency.js';
import type { Granted } from '../grants/granted.js';
import type { Provenance, StandardRecord, SubjectRecords } from '../mapping/mapping.js';
import { failureDetail } from '../systems/guard.js';
import { AgencyFault, type KeyKind } from '../systems/system.js';
import type { QuestionMemory } from './memory.js';
import type { Need } from './needs.js';
import { SourceNotes } from './source-notes.js';
import { wantedOf } from './wanted.js';

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
  /** What the hub has granted: who asks, for what, in which case. */
  readonly call: GrantedCall;
  /** The person behind a sealed reference; undefined for one that was not made by this hub. */
  open(ref: string): CitizenNumber | undefined;
  /**
   * What a system holds about a subject. Loads of one question are collected and cost one call per system, whatever their number;
   * never rejects: a failure is part of the answer. `jurisdiction` names the register meant where a system holds several.
   */
  load(system: AgencySystem, by: KeyKind, key: string, jurisdiction?: string): Promise<Loaded>;
  /** What was released of a subject, on what basis and for which months of data. */
  grantFor(subject: string): readonly ReleaseGroup[];
  /** True when a scope of a subject may be answered. */
  allows(scope: string, subject: string): boolean;
  /** Months to which what is released of some scopes of a subject is bounded; all of them bind. Empty: no bound. */
  boundsOf(scopes: readonly string[], subject: string): readonly NonNullable<ReleaseGroup['dataRange']>[];
  /** Units whose rows alone may be answered of some scopes of a subject; all of them bind. Empty: no bound. */
  unitsOf(scopes: readonly string[], subject: string, isSpell: (scope: string) => boolean): readonly string[];
  /** A failure as the error of a field or list element. */
  failure(loaded: Loaded & { readonly ok: false }): GraphQLError;
}

export interface QuestionOptions {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly seal: CitizenSeal;
  readonly memory: QuestionMemory;
  /** Standard records the operation needs. */
  readonly needs: readonly Need[];
  readonly granted: Granted;
  /** Told of every failure once, for the log. */
  readonly onFault: (system: AgencySystem, fault: AgencyFault) => void;
}

/** Opens the context of one question. */
export function openQuestion(options: QuestionOptions): Question {
  const loaders = new Map<string, DataLoader<string, SubjectRecords | AgencyFault>>();
  const { granted, needs } = options;
  const subjects = new Map<string, string>();
  const subjectOf = (key: string): string => subjects.get(key) ?? key;

  const loaderOf = (system: AgencySystem, by: KeyKind): DataLoader<string, SubjectRecords | AgencyFault> => {
    const name = `${system.id} ${by}`;
    let loader = loaders.get(name);
    if (!loader) {
      loader = new DataLoader(async (keys) => {
        const wanted = wantedOf(needs, by, keys, granted, subjectOf);
        const answers = await Promise.all(
          wanted.map(async ({ keys: some, records }) => {
            const answer = await options.memory.ask(options.id, system, by, some, records, options.signal);
            if (answer instanceof AgencyFault) options.onFault(system, answer);
            return { some: new Set(some), answer };
          }),
        );
        return keys.map((key) => {
          const own = answers.flatMap(({ some, answer }) => (some.has(key) ? [answer] : []));
          // A record that could not be had must not look like one that is not there.
          const fault = own.find((answer) => answer instanceof AgencyFault);
          if (fault) return fault;
          const [known] = own;
          return (known instanceof AgencyFault ? undefined : known?.get(key)) ?? new Map<string, readonly StandardRecord[]>();
        });
      });
      loaders.set(name, loader);
    }
    return loader;
  };

  return {
    id: options.id,
    signal: options.signal,
    sources: new SourceNotes(),
    call: granted.call,
    open(ref) {
      const number = options.seal.open(ref);
      if (number !== undefined) subjects.set(number, ref);
      return number;
    },
    grantFor: (subject) => granted.of(subject),
    allows: (scope, subject) => granted.allows(scope, subject),
    boundsOf: (scopes, subject) => granted.boundsOf(scopes, subject),
    unitsOf: (scopes, subject, isSpell) => granted.unitsOf(scopes, subject, isSpell),
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
