/** How long one waits for offices. */
export interface Timing {
  /** Of one call. @default 30000 ms */
  readonly callMs: number;
  /** Until an office that has an order on its desk is asked again. @default 300000 ms */
  readonly pendingMs: number;
  /** Until a silent office is asked again, doubled each time up to the greatest. @default 1000 and 600000 ms */
  readonly firstRetryMs: number;
  readonly greatestRetryMs: number;
  /** How long a silent office is asked before the case is parked. @default three days, in ms */
  readonly patienceMs: number;
}

export const USUAL_TIMING: Timing = {
  callMs: 30_000,
  pendingMs: 300_000,
  firstRetryMs: 1_000,
  greatestRetryMs: 600_000,
  patienceMs: 3 * 86_400_000,
};

const VARIABLES: Readonly<Record<keyof Timing, string>> = {
  callMs: 'TRANSFER_CALL_MS',
  pendingMs: 'TRANSFER_PENDING_MS',
  firstRetryMs: 'TRANSFER_FIRST_RETRY_MS',
  greatestRetryMs: 'TRANSFER_GREATEST_RETRY_MS',
  patienceMs: 'TRANSFER_PATIENCE_MS',
};

/**
 * The waits that the environment states (TRANSFER_CALL_MS, TRANSFER_PENDING_MS, TRANSFER_FIRST_RETRY_MS, TRANSFER_GREATEST_RETRY_MS,
 * TRANSFER_PATIENCE_MS: whole milliseconds).
 * @throws when one of them is no such number
 */
export function timingFrom(env: Readonly<Record<string, string | undefined>>): Partial<Timing> {
  const stated = Object.entries(VARIABLES).flatMap(([name, variable]): [string, number][] => {
    const text = env[variable];
    if (text === undefined || text === '') return [];
    if (!/^[1-9]\d{0,11}$/.test(text)) throw new Error(`the environment variable ${variable} is not a number of milliseconds`);
    return [[name, Number(text)]];
  });
  return Object.fromEntries(stated);
}
