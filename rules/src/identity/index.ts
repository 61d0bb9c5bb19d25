export {
  citizenCheckCharacter,
  citizenNumberForms,
  isCalendarDay,
  parseCitizenNumber,
  readCitizenNumber,
  type CitizenNumber,
} from './citizen-number.js';
export {
  creditCheckCharacter,
  organisationCheckCharacter,
  parseCreditCode,
  readCreditCode,
  readOrganisationCode,
  type CreditCode,
} from './credit-code.js';
export { jurisdictionOfDivision, parseDivisionCode, type DivisionCode } from './division-code.js';
export { compareNames } from './person-name.js';
