import type { ScopeEntry } from '@yichuang/schema';

/*
 * Employers learn, on whatever basis, a yes, a no or a number, and what they have themselves declared of their own spell with a worker
 * (`own: SPELL` in schema/access/scopes.yaml); not for whom else somebody has worked, nor where.
 */

/** Whether somebody acts for an employer: by their role, or by the kind of their party. */
export function isEmployer(role: string, partyKind: string | null): boolean {
  return role === 'EMPLOYER' || partyKind === 'EMPLOYER';
}

/**
 * Credit code of the unit whose rows alone may be released of a scope; undefined: all rows.
 * @param employer credit code of the unit of an employer that asks
 */
export function unitOfRows(employer: string | undefined, scope: Pick<ScopeEntry, 'own'> | undefined): string | undefined {
  return scope?.own === 'SPELL' ? employer : undefined;
}

/** Whether an answer to an employer is told without where it comes from: the registers it was counted over are places of the person's. */
export function isPlaceless(scope: Pick<ScopeEntry, 'predicateOf'> | undefined): boolean {
  return scope?.predicateOf !== undefined;
}

/** What a scope is called where somebody is told of what an employer, or another, may see of it. */
export function scopeTitle(
  { zh, en, own }: Pick<ScopeEntry, 'zh' | 'en' | 'own'>,
  ofEmployer: boolean,
): { readonly zh: string; readonly en: string } {
  return ofEmployer && own === 'SPELL'
    ? { zh: `${zh}（仅限该单位申报的）`, en: `${en} (only what the unit has itself declared)` }
    : { zh, en };
}
