import {
  openTransfers,
  type Agency,
  type TransferKind,
  type TransferLaw,
  type TransferOffice,
  type Transfers,
  type TransfersOptions,
  type TransferStore,
} from '@yichuang/kit';
import type { CitizenSeal } from '@yichuang/schema';
import { factsOf } from './facts.js';
import { pensionLaw } from './pension-law.js';
import { residentLinkLaw } from './resident-link-law.js';
import { temporaryLaw } from './temporary-law.js';
import { unemploymentLaw } from './unemployment-law.js';

/** The kinds of transfer that 人社 handles, each with its law. */
export const LAWS: Readonly<Partial<Record<TransferKind, TransferLaw>>> = {
  PENSION: pensionLaw(),
  PENSION_TEMPORARY: temporaryLaw,
  RESIDENT_LINK: residentLinkLaw,
  UNEMPLOYMENT: unemploymentLaw,
  COLLECTIVE: pensionLaw(true),
};

/** The transfers of 人社 over its own registers and offices. */
export function openHrssTransfers(
  agency: Agency,
  store: TransferStore,
  seal: CitizenSeal,
  officeOf: (jurisdiction: string) => TransferOffice | undefined,
  more: Pick<TransfersOptions, 'now' | 'timing'> = {},
): Transfers {
  return openTransfers({
    store,
    agency: 'hrss',
    laws: LAWS,
    officeOf,
    forms: { entryOf: (jurisdiction) => agency.officeEntry(jurisdiction) },
    facts: factsOf(agency, more.now ?? (() => new Date())),
    citizenOf: (ref) => seal.open(ref),
    ...more,
  });
}
