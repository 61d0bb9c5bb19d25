export { evaluate, evaluateExplained, kinds, type Refusal } from './evaluate.js';
export { RuleRefusal, type Refused } from './refusal.js';
export { REFUSALS, type RefusalCode } from './refusals.js';
export type { Basis, Provisional, RuleOptions, Ruled, Step } from './result.js';
export type { Text } from './text.js';
