/** For how long a delivery is tried, from when it began, seconds: three days. */
export const TRIED_FOR_S = 3 * 86_400;

/** After which attempt how long is waited, seconds; together with the last, at the end, three days. */
const PAUSES_S = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 72_000];

/** So many failures of an endpoint in a row, in whatever cases, and it is left alone but for one attempt at a time. */
export const RESTS_AFTER = 5;
const FIRST_REST_S = 30;
const LONGEST_REST_S = 600;

/** What a receiver may ask to be spared for, at most. */
const LONGEST_ASKED_S = 3_600;

/**
 * When a delivery is tried again, seconds from now.
 * @param attempts made so far, at least 1
 * @param askedS what the receiver asked for by Retry-After
 * @param random 0 to 1: who failed together does not come back together
 */
export function pauseAfter(attempts: number, askedS = 0, random = Math.random()): number {
  const pause = PAUSES_S[Math.min(attempts, PAUSES_S.length) - 1] ?? 0;
  return Math.max(pause * (0.9 + 0.2 * random), Math.min(askedS, LONGEST_ASKED_S));
}

/** For how long an endpoint is left alone after so many failures in a row, seconds. */
export function restAfter(faults: number): number {
  return faults < RESTS_AFTER ? 0 : Math.min(FIRST_REST_S * 2 ** (faults - RESTS_AFTER), LONGEST_REST_S);
}
