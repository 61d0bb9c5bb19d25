import { parseArgs } from 'node:util';

/** How big a fire is made. */
export interface FireOptions {
  /** Cases that are opened. */
  readonly cases: number;
  /** The same seed makes the same world, the same applications and deeds, and the same troubles in the same order. */
  readonly seed: number;
  /** After so long no case is opened and no trouble made any more; what is under way is brought to its end. */
  readonly minutes: number;
  /** People in the synthetic world. */
  readonly people: number;
  /** People more whose two pension schemes can be linked. */
  readonly linking: number;
  /** A simulated day: a night passes once in it, a province that is down is down for it, and after three of them a case is parked. */
  readonly dayMs: number;
  /** Told what happens. */
  readonly say: (line: string) => void;
}

export const FIRE_USAGE = `npm run fire -- [options]

  --cases N    cases of all kinds over all dialects (300)
  --seed N     what the fire is made from (1)
  --minutes N  so long cases are opened and troubles made (10)
  --people N   people in the synthetic world (three for each case, 600 at least), and one more for each
               tenth case whose pension schemes can be linked
  --day N      seconds of a simulated day (6)
  --help       this text
`;

/** Reads the command line; text: what is wrong with it. */
export function readFireOptions(args: readonly string[], say: FireOptions['say']): FireOptions | 'HELP' | { readonly wrong: string } {
  const names = ['cases', 'seed', 'minutes', 'people', 'day'] as const;
  let values: Partial<Record<(typeof names)[number], string>> & { readonly help?: boolean };
  try {
    const options = {
      help: { type: 'boolean', short: 'h' },
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
    } as const;
    ({ values } = parseArgs({ args: [...args], strict: true, options }) as { values: typeof values });
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
  if (values.help === true) return 'HELP';
  const bad = names.find((name) => values[name] !== undefined && !/^[1-9]\d{0,5}$/.test(values[name]));
  if (bad !== undefined) return { wrong: `--${bad} must be a whole number above 0` };
  const number = (name: (typeof names)[number], usual: number): number => Number(values[name] ?? usual);
  const cases = number('cases', 300);
  return {
    cases,
    seed: number('seed', 1),
    minutes: number('minutes', 10),
    people: number('people', Math.max(600, cases * 3)),
    linking: Math.ceil(cases / 10) + 5,
    dayMs: number('day', 6) * 1000,
    say,
  };
}
