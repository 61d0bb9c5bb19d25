import { ordinaryInsteadOfTemporary, temporaryWithoutCause } from './accounts.js';
import { payingPensioner, twoPensions, workingClaimant } from './benefits.js';
import type { RiskRule } from './finding.js';
import { gapsInPension } from './gaps.js';
import { identityConflict } from './identity.js';
import { outsideOfLife } from './life-bounds.js';
import { medicalCover } from './medical-cover.js';
import { baseOutOfBounds, lumpSums, twoProvinces } from './payments.js';
import { uncoveredWork } from './uncovered-work.js';
import { closedUnit, joiningShortlyBefore, unlicensedExpress } from './units.js';

/** All rules of the screening, in the order of their codes. */
export const RISK_RULES: readonly RiskRule[] = [
  twoProvinces,
  payingPensioner,
  twoPensions,
  lumpSums,
  baseOutOfBounds,
  ordinaryInsteadOfTemporary,
  outsideOfLife,
  closedUnit,
  joiningShortlyBefore,
  uncoveredWork,
  unlicensedExpress,
  medicalCover,
  workingClaimant,
  identityConflict,
  gapsInPension,
  temporaryWithoutCause,
];
