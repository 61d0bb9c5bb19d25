export * from './access-catalogue.js';
export { canonicalJson } from './canonical-json.js';
export { newCaseNumber, parseCaseNumber } from './case-number.js';
export * from './citizen-ref.js';
export * from './errors.js';
export * from './grants/grant.js';
export * from './grants/keys.js';
export * from './grants/suites.js';
export {
  citizenCheckCharacter,
  citizenNumberForms,
  creditCheckCharacter,
  isCalendarDay,
  jurisdictionOfDivision,
  organisationCheckCharacter,
  parseCitizenNumber,
  parseCreditCode,
  parseDivisionCode,
  type CitizenNumber,
  type CreditCode,
  type DivisionCode,
} from '@yichuang/rules/identity';
export * from './scalars.js';
export * from './sdl.js';
export { lastWholeMonth, SHANGHAI_OFFSET_MS, shanghaiDay } from './shanghai.js';
export { MIGRATION_LOCK } from './migration-lock.js';
export * from './transfers/event-table.js';
export { transferPins, type TransferPins } from './transfers/pin.js';
export { sm2Signer, sm2Verifier, type Signer, type Verifier } from './national-suite/sm2.js';
export { sm3 } from './national-suite/sm3.js';
