import type { MinistryRegister } from '../people/tables.js';
import { startQueryHost, textsIn, type QueryService } from './hrss-rest-host.js';
import { keptText } from './kept.js';
import type { StartStandIns } from './stand-in.js';

const PARTS = ['RELATION_INDEX', 'PERSON', 'CARD', 'INJURY_COVER'] as const satisfies readonly (keyof MinistryRegister)[];
type Part = (typeof PARTS)[number];
type Row = Readonly<Record<string, string>>;
type PersonRows = Readonly<Partial<Record<Part, Row[]>>>;

const MOST_KEYS = 500;

/** The ministry's national services: one batch query for the relation index, card holders, cards and 职业伤害 cover. */
export const startHrssMinistry: StartStandIns = async (context) => {
  const apiKey = keptText(context.folder, 'ministry-key');
  const service = nationalService(
    () => context.registers.ministry,
    (number) => context.desk?.books.entered(number) ?? [],
  );
  const host = await startQueryHost([service], { questions: apiKey }, context.port('hrss-ministry'));
  return { systems: host.systems, env: { HRSS_MINISTRY_URL: host.url, HRSS_MINISTRY_KEY: apiKey }, close: () => host.close() };
};

function nationalService(register: () => MinistryRegister, entered: (number: string) => MinistryRegister['RELATION_INDEX']): QueryService {
  let index: ReadonlyMap<string, PersonRows> | undefined;
  return {
    id: 'hrss-ministry',
    retryAfter: 'SECONDS',
    refusal: (code, message) => ({ code, message }),
    paths: {
      '/national/query': (body, fault) => {
        const keys = textsIn(body, 'citizenNumbers', MOST_KEYS);
        const names = textsIn(body, 'parts', PARTS.length);
        const parts = names && PARTS.filter((part) => names.includes(part));
        if (!keys || !names || parts?.length !== names.length) return undefined;
        index ??= indexed(register());
        const persons = fault === 'wrong-person' ? strangers(index, keys) : [...new Set(keys)].flatMap((key) => index?.get(key) ?? []);
        const rowsOf = (part: Part): readonly Row[] => {
          const rows = persons.flatMap((person) => person[part] ?? []);
          if (part === 'RELATION_INDEX' && fault !== 'wrong-person')
            rows.push(...[...new Set(keys)].flatMap((key) => newIn(rows, entered(key))));
          return fault === 'duplicate-rows' ? rows.flatMap((row) => [row, row]) : rows;
        };
        const data = parts.map((part) => [part, rowsOf(part)] as const);
        return {
          code: '0',
          message: 'OK',
          totals: Object.fromEntries(data.map(([part, rows]) => [part, rows.length])),
          data: Object.fromEntries(data),
        };
      },
    },
  };
}

/** Entries that the index has got since it was made. */
const newIn = (rows: readonly Row[], entries: readonly Row[]): readonly Row[] =>
  entries.filter(
    (entry) =>
      !rows.some((row) => row['AAC002'] === entry['AAC002'] && row['AAE140'] === entry['AAE140'] && row['AAB299'] === entry['AAB299']),
  );

function indexed(register: MinistryRegister): ReadonlyMap<string, PersonRows> {
  const persons = new Map<string, Partial<Record<Part, Row[]>>>();
  for (const part of PARTS) {
    for (const row of register[part]) {
      const person = persons.get(row.AAC002) ?? {};
      persons.set(row.AAC002, person);
      (person[part] ??= []).push(row);
    }
  }
  return persons;
}

function strangers(index: ReadonlyMap<string, PersonRows>, keys: readonly string[]): readonly PersonRows[] {
  return [...index]
    .filter(([key]) => !keys.includes(key))
    .slice(0, 20)
    .map(([, rows]) => rows);
}
