export { evaluate, evaluateExplained, kinds, type Refusal } from './evaluate.js';
export { RuleRefusal, type Refused } from './refusal.js';
export { REFUSALS, type RefusalCode } from './refusals.js';
export type { Basis, Provisional, RuleOptions, Ruled, Step } from './result.js';
export type { Text } from './text.js';
export { lifeRecordFromJson, type Unreadable } from './record/read.js';
export type { LifeRecord, MissingSource, RecordPart } from './record/record.js';
export { screen, type Finding, type Screening } from './risk/screening.js';
export { monthLabel } from './month.js';
