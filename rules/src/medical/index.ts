export { coverToKeep, type Cover, type CoverToKeep } from './double-cover.js';
export { residentsWait, type ResidentsWait, type ResidentsWaitQuestion } from './residents-wait.js';
export { medicalTransfer, type MedicalScheme, type MedicalTransfer, type MedicalTransferQuestion } from './transfer.js';
