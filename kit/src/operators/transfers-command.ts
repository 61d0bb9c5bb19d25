import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { parseCaseNumber } from '@yichuang/schema';
import type { Decision } from '../transfers/decision.js';
import { connectTransferStore } from '../transfers/store.js';
import { openTransfers, type Transfers } from '../transfers/transfers.js';
import type { TransferCase } from '../transfers/case.js';
import { inspectCase, listCases, type InspectedCase, type ListedCase, type Need } from './standing.js';

const USAGE = `yichuang transfers list [--held | --overdue | --silent] [--agency NAME] [--most N]   open cases that need somebody
yichuang transfers show NUMBER                   one case: state, orders, jobs, what was done by whom
yichuang transfers retry NUMBER [--as NAME]      do what is open now, instead of when its turn comes
yichuang transfers park NUMBER --reason WORDS [--as NAME]   stop the case: nothing more is begun
yichuang transfers resume NUMBER [--as NAME]     let a case that was parked, or whose step was refused, go on

  DATABASE_URL  postgres:// address of the hub's database, in the environment
  --as NAME     your account, kept with what you do (the account of the machine when absent)
  --json        JSON instead of text

Nothing of a person is shown. Park only with words that anybody concerned may read.
`;

interface Values {
  readonly held?: boolean;
  readonly overdue?: boolean;
  readonly silent?: boolean;
  readonly agency?: string;
  readonly most?: string;
  readonly as?: string;
  readonly reason?: string;
  readonly json?: boolean;
  readonly help?: boolean;
}
type Acting = Pick<Transfers, 'retry' | 'park' | 'resume'>;

const COMMANDS = ['list', 'show', 'retry', 'park', 'resume'] as const;
type Command = (typeof COMMANDS)[number];

/** Where the command runs. */
export interface Terminal {
  /** `postgres://` address of the hub's database; empty: not set. */
  readonly databaseUrl: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/**
 * Does one command.
 * @returns the exit code: 0 when it was done, 1 when it was refused (the code stands first on standard error), 2 when it could not be tried
 */
export async function transfersCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const read = readCommand(args);
  if (typeof read === 'string') return refuse(terminal, read);
  const { values, command, written } = read;
  if (values.help === true) {
    terminal.out(USAGE);
    return 0;
  }
  const url = terminal.databaseUrl;
  if (url === '') return refuse(terminal, 'the environment variable DATABASE_URL is not set');
  const store = connectTransferStore({ url, connections: 2 });
  try {
    if (command === 'list') {
      const cases = await listCases(store.pool, needOf(values), values.agency, Number(values.most ?? 100));
      print(terminal, values, cases, () => cases.map(lineOf).join(''));
      return 0;
    }
    const one = await inspectCase(store.pool, written);
    if (one === undefined) return refused(terminal, 'CASE_UNKNOWN', 'there is no such case of transfer');
    if (command === 'show') {
      print(terminal, values, one, () => pageOf(one));
      return 0;
    }
    const decision = await act(actingFor(one.agency, store), one.id, command, values);
    if (!decision.ok) return refused(terminal, decision.refusal.code, decision.refusal.text.en);
    const after = (await inspectCase(store.pool, written)) ?? one;
    print(terminal, values, after, () => lineOf(after));
    return 0;
  } catch (error) {
    if (!isOfDatabase(error)) throw error;
    return refuse(terminal, `the database does not answer, or has no cases of transfer (${error.code})`);
  } finally {
    await store.close();
  }
}

function readCommand(args: readonly string[]): { readonly values: Values; readonly command: Command; readonly written: string } | string {
  let values: Values;
  let positionals: string[];
  try {
    const flag = { type: 'boolean' } as const;
    const text = { type: 'string' } as const;
    ({ values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      strict: true,
      options: { held: flag, overdue: flag, silent: flag, agency: text, most: text, as: text, reason: text, json: flag, help: flag },
    }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const [name, written = '', ...rest] = positionals;
  const command = COMMANDS.find((known) => known === name) ?? 'list';
  if (values.help === true) return { values, command, written };
  if (command !== name) return name === undefined ? 'which command?' : `there is no command ${name}`;
  if (rest.length > 0) return `${rest.join(' ')} is too much`;
  if (command === 'list' ? written !== '' : parseCaseNumber(written) === undefined)
    return command === 'list' ? `${written} is too much` : 'which case? A number has sixteen digits and letters';
  if (values.most !== undefined && !/^[1-9]\d{0,4}$/.test(values.most)) return '--most is a whole number above 0';
  if (command === 'park' && (values.reason ?? '').trim() === '') return 'why? --reason WORDS';
  return { values, command, written };
}

function needOf({ held, overdue, silent }: Values): Need {
  if (held === true) return 'HELD';
  if (overdue === true) return 'OVERDUE';
  return silent === true ? 'SILENT' : 'OPEN';
}

/** The machinery over the store, without the agency: an operator stops and lets go on, and carries no step. */
function actingFor(agency: string, store: ReturnType<typeof connectTransferStore>): Acting {
  return openTransfers({
    store,
    agency,
    laws: {},
    officeOf: () => undefined,
    facts: () => Promise.reject(new Error('an operator reads no registers')),
    citizenOf: () => undefined,
  });
}

function act(
  acting: Acting,
  id: string,
  command: 'retry' | 'park' | 'resume',
  { as, reason = '' }: Values,
): Promise<Decision<TransferCase>> {
  const by = { actor: { kind: 'OPERATOR', ref: as ?? userInfo().username } as const, reason };
  return acting[command](id, command === 'park' ? by : { ...by, reason: '' });
}

function print(terminal: Terminal, values: Values, what: unknown, text: () => string): void {
  terminal.out(values.json === true ? `${JSON.stringify(what)}\n` : text());
}

function lineOf({ number, agency, kind, state, source, target, hold, fault, overdue, deadline }: ListedCase): string {
  const stands =
    hold && `stands still: ${[hold.code, hold.step, hold.reason].filter((text) => text !== null).join(' ')} since ${hold.since}`;
  const silent = fault && `no answer: ${fault.step} ${fault.code} since ${fault.since}`;
  const late = overdue === null ? null : `late: ${overdue}, due ${deadline ?? ''}`;
  return `${[`${number}  ${agency} ${kind} ${source} → ${target} ${state}`, stands, silent, late].filter((text) => text !== null).join('; ')}\n`;
}

function pageOf(one: InspectedCase): string {
  const orders = Object.entries(one.orders).map(([step, state]) => `  ${step.padEnd(10)} ${state}\n`);
  const jobs = one.jobs.map(
    ({ step, due, tries, atWork, failures }) =>
      `  ${step.padEnd(10)} ${atWork ? 'at work' : `due ${due}`}, in vain ${tries} times, failed ${failures} times\n`,
  );
  const steps = one.steps.map(
    ({ at, step, by, to, code }) => `  ${at}  ${step.padEnd(18)} ${by} → ${to}${code === null ? '' : ` (${code})`}\n`,
  );
  const ending = one.ending === null ? '' : `goes back: ${one.ending.to} (${one.ending.code})\n`;
  return [lineOf(one), ending, 'orders\n', ...orders, 'jobs\n', ...jobs, 'steps\n', ...steps].join('');
}

function refused(terminal: Terminal, code: string, words: string): number {
  terminal.err(`${code}: ${words}\n`);
  return 1;
}

function refuse(terminal: Terminal, sentence: string): number {
  terminal.err(`yichuang transfers: ${sentence}\n(yichuang transfers --help tells more)\n`);
  return 2;
}

/** An error of the connection or of a statement; its message may name a host, never a person, and is not shown. */
function isOfDatabase(error: unknown): error is { readonly code: string } {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
}
