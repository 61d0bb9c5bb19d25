import { recordsOf, type Loaded, type QualityFinding } from '@yichuang/kit';
import type { PersonRecord } from './records.js';

export const IDENTITY_CONFLICT = 'IDENTITY_CONFLICT';

/**
 * The finding IDENTITY_CONFLICT where a register has persons of different names under one citizen number (一号两人); empty otherwise.
 * Two person numbers with one name are one person who was registered twice, and a name that cannot be read contradicts none.
 */
export function identityConflict(answer: Loaded & { readonly ok: true }): readonly QualityFinding[] {
  const names = new Set(recordsOf<PersonRecord>(answer, 'person').flatMap(({ name }) => (name === null ? [] : [name])));
  return names.size > 1 ? [{ field: '*', rule: IDENTITY_CONFLICT, sourceField: 'AAC003' }] : [];
}
