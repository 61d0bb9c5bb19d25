import { openTransfers, type Agency, type TransferOffice, type Transfers, type TransfersOptions, type TransferStore } from '@yichuang/kit';
import type { CitizenSeal } from '@yichuang/schema';
import { factsOf } from './facts.js';
import { medicalLaw } from './law.js';
import { inPlatformWords } from './papers.js';

/** The transfers of 医保 over the national platform. */
export function openMedicalTransfers(
  agency: Agency,
  store: TransferStore,
  seal: CitizenSeal,
  officeOf: (jurisdiction: string) => TransferOffice | undefined,
  more: Pick<TransfersOptions, 'now' | 'timing'> = {},
): Transfers {
  return openTransfers({
    store,
    agency: 'medical-insurance',
    laws: { MEDICAL: medicalLaw },
    officeOf,
    forms: { entryOf: (jurisdiction) => agency.officeEntry(jurisdiction), worded: inPlatformWords },
    facts: factsOf(agency),
    citizenOf: (ref) => seal.open(ref),
    ...more,
  });
}
