import {
  acceptMedicalTransferDocument,
  acceptTransferDocument,
  overrideMedicalTransferDocument,
  overrideTransferDocument,
  reconcileMedicalTransferDocument,
  reconcileTransferDocument,
  resumeMedicalTransferDocument,
  resumeTransferDocument,
  returnMedicalTransferDocument,
  returnTransferDocument,
  type TransferCaseFragment,
} from '../generated/console.js';
import { useAct } from '../graph/question.js';
import { hasEnded } from '../transfers/stages.js';
import type { Side } from './filters.js';

/** What an office can do to a case. */
export type ActName = 'accept' | 'reconcile' | 'resume' | 'override' | 'return';

/** Acts that both offices and the person read a reason of. */
export const REASONED: ReadonlySet<ActName> = new Set<ActName>(['return', 'override']);

/** The acts on cases of 人社, or of 医保. */
export function useActs(medical: boolean) {
  return {
    accept: useAct(medical ? acceptMedicalTransferDocument : acceptTransferDocument),
    reconcile: useAct(medical ? reconcileMedicalTransferDocument : reconcileTransferDocument),
    resume: useAct(medical ? resumeMedicalTransferDocument : resumeTransferDocument),
    override: useAct(medical ? overrideMedicalTransferDocument : overrideTransferDocument),
    return: useAct(medical ? returnMedicalTransferDocument : returnTransferDocument),
  };
}

/** What there is to do for one side now, the most useful first. */
export function actsOn({ state, hold, ending, awaits }: TransferCaseFragment, side: Side): readonly ActName[] {
  if (hasEnded(state) || ending !== null) return [];
  const ours = side === 'in' ? 'TARGET' : 'SOURCE';
  const accepts = hold === null && awaits === ours && state === (side === 'in' ? 'APPLIED' : 'LETTER_SENT');
  const differs = hold?.code === 'AMOUNT_MISMATCH' || hold?.code === 'DISPUTED';
  const stands = hold?.code === 'PARKED' || hold?.code === 'OFFICE_REFUSED';
  const refusedAtEnd = hold?.code === 'OFFICE_REFUSED' && (hold.step === 'RECEIVE' || hold.step === 'IMPORT');
  const goesBack = refusedAtEnd || (state !== 'RECONCILED' && state !== 'MERGED');
  return [
    ...(accepts ? (['accept'] as const) : []),
    ...(differs ? (['reconcile'] as const) : []),
    ...(stands ? (['resume'] as const) : []),
    ...(differs && side === 'in' ? (['override'] as const) : []),
    ...(goesBack ? (['return'] as const) : []),
  ];
}
