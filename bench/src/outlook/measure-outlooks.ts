import { parseArgs } from 'node:util';
import { evaluate, lifeRecordFromJson, outlook, type LifeRecord } from '@yichuang/rules';
import { circumstances, writeSection } from '../readme-section.js';
import { median, shown, table } from '../statistics.js';

const USAGE = `npm run bench -- outlook [options]

How many pension outlooks a second and core: lives of 540 months, by the rules alone.

  --rounds N   rounds of each row (5)
  --seconds N  seconds of a round (2)
  --write      put the table into bench/README.md
`;
const LIVES = 200;
const WARM_UP_SECONDS = 2;

/** `npm run bench -- outlook`: the price of an outlook. */
export function measureOutlooks(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '2' },
      write: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return Promise.resolve();
  }
  const json = Array.from({ length: LIVES }, (_, index) => lifeOf540Months(index));
  const lives = json.map((life) => lifeRecordFromJson(life));
  const rows = ROWS.map(({ title, ask }) => {
    const each = (index: number): void => {
      const [life, record] = [json[index % LIVES], lives[index % LIVES]];
      if (life !== undefined && record !== undefined) ask(record, life);
    };
    perCore(each, WARM_UP_SECONDS);
    const rounds = Array.from({ length: Number(values.rounds) }, () => perCore(each, Number(values.seconds)));
    return [title, shown(median(rounds), 0), shown(1000 / median(rounds), 3)];
  });
  const text = `${circumstances()}. Medians of ${values.rounds} rounds.\n\n${table(['540 months each', 'outlooks a second and core', 'CPU ms each'], rows)}`;
  process.stdout.write(`${text}\n`);
  if (values.write) writeSection('Outlooks of a life', text);
  return Promise.resolve();
}

const ROWS: readonly { readonly title: string; readonly ask: (record: LifeRecord, json: object) => unknown }[] = [
  { title: 'from a record: place, months, three choices with their benefit', ask: (record) => outlook(record) },
  { title: 'the same with the arithmetic in both languages', ask: (record) => outlook(record, {}, { explain: true }) },
  { title: 'from JSON: read, checked, computed', ask: (_, json) => evaluate('outlook', json) },
];

/** Calls per second of processor time. */
function perCore(each: (index: number) => void, seconds: number): number {
  const end = performance.now() + seconds * 1000;
  const before = process.cpuUsage();
  let calls = 0;
  while (performance.now() < end) each(calls++);
  const { user, system } = process.cpuUsage(before);
  return (calls * 1_000_000) / (user + system);
}

const PROVINCES = ['510000', '440000', '330000', '110000', '410000', '320000'] as const;

/** Forty-five years in three provinces, a base for every year; birth, places and bases differ from life to life. */
function lifeOf540Months(index: number): object {
  const places = [0, 1, 2].map((step) => PROVINCES[(index + step * (1 + (index % 2))) % PROVINCES.length]);
  const segments = Array.from({ length: 45 }, (_, year) => ({
    from: `${1987 + year}01`,
    to: `${1987 + year}12`,
    province: places[Math.floor(year / 15)],
    base: (300 + year * year * 4 + (index % 37) * 11).toFixed(2),
  }));
  return {
    sex: 'M',
    birthMonth: `19${71 + (index % 4)}${String(1 + (index % 12)).padStart(2, '0')}`,
    hukouProvince: PROVINCES[index % PROVINCES.length],
    asOf: '203112',
    segments,
    relations: [{ province: places[2], scheme: '110', state: 'PAYING', insuredAs: 'EMPLOYEE' }],
    accounts: places.map((province, step) => ({
      province,
      scheme: '110',
      years: [{ year: 2025, balance: (8000 + step * 40_000 + index * 13).toFixed(2) }],
    })),
  };
}
