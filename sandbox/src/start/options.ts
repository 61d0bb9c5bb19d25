import { parseArgs } from 'node:util';
import { DEFAULT_FIRST_PORT } from './ports.js';

export interface StartOptions {
  readonly people: number;
  readonly seed: number;
  /** Absent when the gateway takes its place among the others. */
  readonly gatewayPort: number | undefined;
  readonly firstPort: number;
}

export type ReadOptions =
  | { readonly kind: 'START'; readonly options: StartOptions }
  | { readonly kind: 'HELP' }
  | { readonly kind: 'WRONG'; readonly message: string };

export const USAGE = `npm start -- [options]

  --people N     people in the synthetic world, personas included (2000)
  --seed N       another seed gives another world (1)
  --port N       port of the gateway (${DEFAULT_FIRST_PORT})
  --port-base N  first port; everything else listens after it (${DEFAULT_FIRST_PORT}, or YICHUANG_PORT_BASE)
  --help         this text`;

/** Reads the command line of `npm start`. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): ReadOptions {
  let values: Partial<Record<'people' | 'seed' | 'port' | 'port-base', string>> & { help?: boolean };
  try {
    values = parseArgs({
      args: [...args],
      strict: true,
      options: {
        people: { type: 'string' },
        seed: { type: 'string' },
        port: { type: 'string' },
        'port-base': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    return { kind: 'WRONG', message: error instanceof Error ? error.message : String(error) };
  }
  if (values.help) return { kind: 'HELP' };

  const wrong: string[] = [];
  const whole = (name: string, text: string | undefined, low: number, high: number): number | undefined => {
    if (text === undefined || text === '') return undefined;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= low && value <= high) return value;
    wrong.push(`${name} must be a whole number from ${low} to ${high}.`);
    return undefined;
  };
  const options: StartOptions = {
    people: whole('--people', values.people, 0, 1_000_000) ?? 2000,
    seed: whole('--seed', values.seed, 0, 2 ** 31 - 1) ?? 1,
    gatewayPort: whole('--port', values.port, 1, 65_535),
    // The last server listens 190 ports after the first.
    firstPort:
      whole('--port-base', values['port-base'], 1, 65_345) ??
      whole('YICHUANG_PORT_BASE', env.YICHUANG_PORT_BASE, 1, 65_345) ??
      DEFAULT_FIRST_PORT,
  };
  return wrong.length > 0 ? { kind: 'WRONG', message: wrong.join('\n') } : { kind: 'START', options };
}
