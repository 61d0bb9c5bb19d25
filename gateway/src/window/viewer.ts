import { provisionOf, type AccessCatalogue, type ErrorCode } from '@yichuang/schema';
import { capacityOf, prospect, type Prospect, type Way } from '../access/decide.js';
import { scopeTitle } from '../access/employers.js';
import type { Caller } from '../access/principal.js';
import { remedyOf } from '../access/remedies.js';

/** What a caller is, and may see for which purpose, as `Viewer` shows it. Says nothing about any person but the caller. */
export function viewer(caller: Caller, catalogue: AccessCatalogue): Record<string, unknown> {
  const { principal, purpose } = caller;
  const official = 'party' in principal ? principal : undefined;
  const now = Date.now();
  return {
    role: principal.kind,
    party: official ? `${official.party.kind}:${official.party.code}` : null,
    jurisdiction: official?.jurisdiction ?? null,
    purpose: purpose.kind === 'NAMED' ? purpose.code : null,
    rights: purpose.kind === 'NAMED' ? prospects(caller, purpose.code, catalogue, now).rights : [],
    purposes: [...catalogue.purposes].flatMap(([code, { zh, en }]) => {
      const found = prospects({ ...caller, purpose: { kind: 'NAMED', code } }, code, catalogue, now);
      return isOffered(found) ? [{ code, title: zh, titleEn: en, ...found }] : [];
    }),
  };
}

interface Prospects {
  readonly rights: readonly Record<string, unknown>[];
  readonly missing: readonly { readonly code: ErrorCode; readonly [what: string]: unknown }[];
}

/** What takes a case number or a stronger sign-in is offered as well: that is what is missing, and the caller can bring it. */
function isOffered({ rights, missing }: Prospects): boolean {
  return rights.length > 0 || missing.some(({ code }) => remedyOf(code).remedy !== undefined);
}

function prospects(caller: Caller, purpose: string, catalogue: AccessCatalogue, now: number): Prospects {
  const rights: Record<string, unknown>[] = [];
  const missing: Prospects['missing'][number][] = [];
  for (const scope of catalogue.purposes.get(purpose)?.scopes ?? []) {
    const entry = catalogue.scopes.get(scope);
    if (!entry) continue;
    const { zh, en } = scopeTitle(entry, capacityOf(caller.principal).employer !== undefined);
    const what = { scope, title: zh, titleEn: en };
    const chances = (['PERSON', 'UNIT'] as const).map((about) => prospect(caller, scope, about, catalogue, now));
    const way = chances.map(firstWay).find((one) => one !== undefined);
    const [chance] = chances;
    if (way) rights.push({ ...what, ...told(way, chances) });
    else if (chance?.kind === 'NEVER') missing.push({ ...what, code: chance.code });
  }
  return { rights, missing };
}

function firstWay(chance: Prospect): Way | undefined {
  return chance.kind === 'POSSIBLE' ? chance.ways[0] : undefined;
}

function told(
  way: Way,
  chances: readonly Prospect[],
): { readonly basis: string; readonly law: string | null; readonly needs: readonly string[] } {
  switch (way.kind) {
    case 'OWN': {
      const delegable = chances.some((chance) => chance.kind === 'POSSIBLE' && chance.ways.some(({ kind }) => kind === 'DELEGATED'));
      return { basis: 'SELF', law: null, needs: delegable ? ['OWN_OR_DELEGATION'] : [] };
    }
    case 'DELEGATED':
      return { basis: 'SELF', law: null, needs: ['DELEGATION'] };
    case 'CONSENTED':
      return { basis: 'CONSENT', law: null, needs: ['CONSENT'] };
    case 'EMERGENCY':
      return { basis: 'EMERGENCY', law: null, needs: ['EMERGENCY'] };
    case 'MANDATED': {
      const { region, case: rule } = way.mandate;
      const needs = [
        ...(region === 'PERSON_IN_JURISDICTION' || region === 'UNIT_IN_JURISDICTION' ? ['JURISDICTION'] : []),
        ...(region === 'OWN_WORKER' ? ['EMPLOYMENT'] : []),
        ...(rule === 'REQUIRED' || region === 'CASE_JURISDICTION' ? ['CASE'] : []),
      ];
      return { basis: 'MANDATE', law: provisionOf(way.mandate), needs };
    }
  }
}
