import type {
  MovableMedicalScheme,
  ResidentLinkDirection,
  RetirementCategory,
  TransferKind,
  TransferStatements,
  UnemploymentClaimPlace,
  UnemploymentTransferStatus,
} from '../generated/console.js';

/** What a person can apply for alone; a unit that moves as a whole is applied for by an office. */
export const KINDS = [
  'PENSION',
  'PENSION_TEMPORARY',
  'RESIDENT_LINK',
  'UNEMPLOYMENT',
  'MEDICAL',
] as const satisfies readonly TransferKind[];
export const MEDICAL_SCHEMES = ['EMPLOYEE', 'RESIDENT'] as const satisfies readonly MovableMedicalScheme[];

/** An application as it is being filled in; empty where nothing has been chosen. */
interface Application {
  kind: (typeof KINDS)[number];
  from: string;
  to: string;
  official: boolean;
  direction: ResidentLinkDirection | '';
  status: UnemploymentTransferStatus | '';
  claimAt: UnemploymentClaimPlace | '';
  category: RetirementCategory | '';
  fromScheme: MovableMedicalScheme;
  toScheme: MovableMedicalScheme;
}

export function newApplication(): Application {
  return {
    ...{ kind: 'PENSION', from: '', to: '', official: false, direction: '', status: '', claimAt: '', category: '' },
    ...{ fromScheme: 'EMPLOYEE', toScheme: 'EMPLOYEE' },
  };
}

/** What the kind of transfer asks the applicant, as the graph takes it. */
export function statementsOf({ kind, official, direction, status, claimAt, category }: Application): TransferStatements {
  if (kind === 'PENSION') return official ? { officialTransfer: true } : {};
  if (kind === 'RESIDENT_LINK') return { direction: direction === '' ? null : direction, category: category === '' ? null : category };
  if (kind === 'UNEMPLOYMENT') return { status: status === '' ? null : status, claimAt: claimAt === '' ? null : claimAt };
  return { category: category === '' ? null : category };
}

/** True when there is enough to ask the rules. */
export function isComplete({ kind, from, to, direction, status, claimAt }: Application): boolean {
  return (
    from !== '' &&
    to !== '' &&
    (kind !== 'RESIDENT_LINK' || direction !== '') &&
    (kind !== 'UNEMPLOYMENT' || (status !== '' && claimAt !== ''))
  );
}

/** Whether a case is one of 医保, asked for by documents of its own; all others are of 人社. */
export function isMedical(kind: string): boolean {
  return kind === 'MEDICAL';
}

/** The address of a page about a case: which agency has it stands in it, the number does not. */
export function queryOfCase(kind: string): { of?: 'medical' } {
  return isMedical(kind) ? { of: 'medical' } : {};
}
