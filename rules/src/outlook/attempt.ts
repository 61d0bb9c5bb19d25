import { RuleRefusal } from '../refusal.js';
import { REFUSALS } from '../refusals.js';
import type { Working } from '../result.js';

/** A part that the rules refuse is left out, and the answer says why. */
export function attempt<T>(working: Working, reason: Uppercase<string>, compute: () => T): T | undefined {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof RuleRefusal)) throw error;
    const { zh, en } = REFUSALS[error.code];
    working.provisional(reason, { zh: `${zh}（${error.code}）`, en: `${en} (${error.code})` });
    return undefined;
  }
}
