export { benefitDuration, type BenefitDuration, type DurationQuestion } from './duration.js';
export { unemploymentTransfer, type UnemploymentTransfer, type UnemploymentTransferQuestion } from './transfer.js';
