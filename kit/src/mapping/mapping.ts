import { readFileSync } from 'node:fs';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { AgencyFault, type RawRow, type SystemAnswer } from '../systems/system.js';
import { undoSpelling } from './spelling.js';
import { MappingFile, type RecordSpec, type Spelling } from './spec.js';
import { readValue } from './values.js';

/** A field the source holds in a form that cannot be used. */
export interface QualityFinding {
  readonly field: string;
  readonly rule: string;
  readonly sourceField: string | null;
}

/** Where a record comes from; the shape of `Provenance` in the graph. */
export interface Provenance {
  readonly agency: string;
  readonly system: string;
  readonly jurisdiction: string | null;
  readonly asOf: string;
  readonly freshness: SystemAnswer['freshness'];
  readonly quality: readonly QualityFinding[];
}

/** A value of the standard record; null where the source holds nothing or nothing usable. */
export type FieldValue = string | number | boolean | null;

/** One standard record with its provenance. */
export interface StandardRecord {
  readonly provenance: Provenance;
  readonly [field: string]: FieldValue | Provenance;
}

/** Standard records of one subject, by record name. */
export type SubjectRecords = ReadonlyMap<string, readonly StandardRecord[]>;

/** One system's mapping, compiled. */
export interface Mapping {
  /** Parts whose rows make the given records. */
  partsOf(records: Iterable<string>): string[];
  /**
   * Turns an answer into standard records per subject that was asked about; a subject without rows has empty lists.
   * Rows that stand twice to the letter count once and leave the finding DUPLICATE_ROW.
   * @throws AgencyFault SUBJECT_MISMATCH when a row is about anybody or anything that was not asked about.
   */
  read(answer: SystemAnswer, asked: readonly string[], source: MappingSource): ReadonlyMap<string, SubjectRecords>;
}

export interface MappingSource {
  readonly agency: string;
  readonly system: string;
  /** The division the whole system belongs to; where it serves several, rows say so in this column. */
  readonly jurisdiction: string | undefined;
  readonly jurisdictionColumn: string | undefined;
}

/** Loads and checks a mapping file. @throws Error naming the file and the place that does not fit. */
export function loadMappingFile(file: URL): MappingFile {
  const content: unknown = parse(readFileSync(file, 'utf8'));
  if (!Value.Check(MappingFile, content)) {
    const first = [...Value.Errors(MappingFile, content)][0];
    throw new Error(`${file.pathname}: ${first ? `${first.instancePath} ${first.message}` : 'is not a mapping file'}`);
  }
  return content;
}

/** Compiles a mapping file for one system's spelling. */
export function compileMapping(file: MappingFile, spelling: Spelling = {}): Mapping {
  const records = Object.entries(file.records);
  const spellings = new Map(records.map(([, spec]) => [spec.part, undoSpelling(spelling, spec.part)]));
  return {
    partsOf(names) {
      const wanted = new Set(names);
      return [...new Set(records.filter(([name]) => wanted.has(name)).map(([, spec]) => spec.part))];
    },
    read(answer, asked, source) {
      const bySubject = new Map(asked.map((key) => [key, new Map<string, StandardRecord[]>()]));
      for (const [name, spec] of records) {
        const rows = answer.rows.get(spec.part);
        if (!rows) continue;
        for (const ofSubject of bySubject.values()) ofSubject.set(name, []);
        const undo = spellings.get(spec.part);
        for (const { row, copies } of distinct(rows)) {
          const spelled = undo ? undo(row) : row;
          const list = bySubject.get(subjectOf(spec, spelled, source))?.get(name);
          if (!list)
            throw new AgencyFault(
              'SUBJECT_MISMATCH',
              `${source.system}: a row of ${spec.part} is about a subject that was not asked about`,
            );
          list.push(readRecord(spec, spelled, copies, answer, source));
        }
      }
      return bySubject;
    },
  };
}

function subjectOf(spec: RecordSpec, row: RawRow, source: MappingSource): string {
  const read = readValue(spec.subject, row[spec.subject.from]);
  if (typeof read === 'object' && 'value' in read) return String(read.value);
  throw new AgencyFault('SUBJECT_MISMATCH', `${source.system}: a row of ${spec.part} does not say whom it is about`);
}

function readRecord(spec: RecordSpec, row: RawRow, copies: number, answer: SystemAnswer, source: MappingSource): StandardRecord {
  const record: Record<string, FieldValue> = {};
  const quality: QualityFinding[] = copies > 1 ? [{ field: '*', rule: 'DUPLICATE_ROW', sourceField: null }] : [];
  for (const [field, fieldSpec] of Object.entries(spec.fields)) {
    const reading = readValue(fieldSpec, row[fieldSpec.from]);
    if (reading === 'NOTHING') record[field] = null;
    else if ('value' in reading) record[field] = reading.value;
    else {
      record[field] = null;
      quality.push({ field, rule: reading.refusedBy, sourceField: fieldSpec.from });
    }
  }
  const jurisdiction =
    source.jurisdiction ?? (source.jurisdictionColumn === undefined ? null : (row[source.jurisdictionColumn]?.trim() ?? null));
  return {
    ...record,
    provenance: {
      agency: source.agency,
      system: source.system,
      jurisdiction,
      asOf: answer.asOf.toISOString(),
      freshness: answer.freshness,
      quality,
    },
  };
}

function distinct(rows: readonly RawRow[]): { row: RawRow; copies: number }[] {
  const seen = new Map<string, { row: RawRow; copies: number }>();
  for (const row of rows) {
    const letter = JSON.stringify(row);
    const known = seen.get(letter);
    if (known) known.copies++;
    else seen.set(letter, { row, copies: 1 });
  }
  return [...seen.values()];
}
