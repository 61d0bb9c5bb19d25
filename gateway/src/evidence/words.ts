import { ERROR_CATALOGUE, type AccessCatalogue } from '@yichuang/schema';
import { isEmployer, scopeTitle } from '../access/employers.js';
import { partyName } from '../access/party-name.js';
import type { Party } from '../access/principal.js';
import type { RecordedEntry } from './entries.js';

/** A text in both languages. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

/** Who reads a row: the person it is about, or the one who acted and learns no more than they were told. */
export type Reader = 'PERSON' | 'ACTOR';

/** A row as the graph shows it (`AccessLogEntry`), told in the words of the catalogue. */
export function shownEntry(entry: RecordedEntry, reader: Reader, catalogue: AccessCatalogue): Record<string, unknown> {
  const { kind, role, party_kind: partyKind, party_code: partyCode, basis_ref: reference } = entry;
  const mandate = entry.basis === 'MANDATE' ? catalogue.mandates.find(({ id }) => id === reference) : undefined;
  const purpose = entry.purpose === null ? undefined : purposeOf(entry.purpose, catalogue);
  const organisation = partyKind === null || partyCode === null ? null : organisationOf({ kind: partyKind, code: partyCode }, catalogue);
  const shown = {
    id: entry.record_id,
    at: entry.recorded_at.toISOString(),
    state: kind === 'DENIED' ? 'DENIED' : (entry.result ?? 'INTENT'),
    organisation,
    role,
    // A private person is nobody's to know: a guardian is named by the delegation, a stranger who was refused not at all.
    official: organisation ? entry.actor : null,
    own: isOwn(entry),
    onBehalf: entry.delegation_id === null ? null : { id: entry.delegation_id, kind: entry.delegation_kind },
    purpose: purpose ?? null,
    case: entry.case_number,
    basis: entry.basis,
    reference,
    law: mandate?.law ?? null,
    article: mandate?.article ?? null,
    kinds: kindsOf(entry.scopes, catalogue, isEmployer(role, partyKind)),
    agencies: entry.agencies,
    code: reader === 'PERSON' ? entry.code : entry.told,
    decisionId: entry.decision_id,
    change: null,
    deferred: entry.visible_from === null ? null : { until: entry.visible_from.toISOString(), reason: entry.deferral_reason },
  };
  return { ...shown, words: sentence(shown, reader === 'ACTOR' ? youOf(shown) : lookerOf(shown)) };
}

/** An organisation as the graph shows it. */
export interface Organisation extends Party {
  readonly title: Words;
}

export function organisationOf({ kind, code }: Party, { parties }: AccessCatalogue): Organisation {
  return { kind, code, title: parties.get(kind) ?? same(kind) };
}

/** What an organisation is called in a sentence. */
export function nameOf({ title, ...party }: Organisation): Words {
  return partyName(party, title);
}

/** Kinds of data as the graph shows them. @param ofEmployer what an employer may see of them */
export function kindsOf(
  scopes: readonly string[],
  catalogue: AccessCatalogue,
  ofEmployer = false,
): readonly { readonly scope: string; readonly title: Words }[] {
  return scopes.map((scope) => {
    const known = catalogue.scopes.get(scope);
    return { scope, title: known ? scopeTitle(known, ofEmployer) : same(scope) };
  });
}

/** Titles in a row. */
export function titlesOf(kinds: readonly { readonly title: Words }[]): Words {
  return { zh: kinds.map(({ title }) => title.zh).join('、'), en: kinds.map(({ title }) => title.en).join(', ') };
}

/** Who did something. */
export interface Doer {
  readonly organisation: Organisation | null;
  readonly own: boolean;
  readonly onBehalf: { readonly kind: string | null } | null;
}

/** What a sentence is made of. */
interface Told extends Doer {
  readonly state: string;
  readonly purpose: { readonly title: Words } | null;
  readonly case: string | null;
  readonly basis: string | null;
  readonly reference: string | null;
  readonly law: string | null;
  readonly article: string | null;
  readonly kinds: readonly { readonly title: Words }[];
  readonly code: string | null;
}

/** Somebody looks at their own data: nobody else learns anything. */
function isOwn({ role, delegation_id: delegation, basis }: RecordedEntry): boolean {
  return role === 'CITIZEN' && basis === 'SELF' && delegation === null;
}

function sentence(told: Told, who: Words): Words {
  const kinds = titlesOf(told.kinds);
  const why = told.purpose ? { zh: `为“${told.purpose.title.zh}”`, en: ` for “${told.purpose.title.en}”` } : { zh: '', en: '' };
  const inCase = told.case === null ? { zh: '', en: '' } : { zh: `（业务编号 ${told.case}）`, en: ` (case ${told.case})` };
  if (told.state === 'DENIED') {
    const reason = reasonOf(told.code);
    return {
      zh: `${who.zh}${why.zh}${inCase.zh}请求查询：${kinds.zh}。未予提供：${reason.zh}。`,
      en: `${who.en} asked${why.en}${inCase.en} for: ${kinds.en}. Refused: ${reason.en}.`,
    };
  }
  const ground = groundOf(told);
  const end = ENDS[told.state] ?? ENDS['INTENT'] ?? same(told.state);
  return {
    zh: `${who.zh}${why.zh}${inCase.zh}查询：${kinds.zh}。依据：${ground.zh}。${end.zh}`,
    en: `${who.en} asked${why.en}${inCase.en} for: ${kinds.en}. On the basis of ${ground.en}. ${end.en}`,
  };
}

const ENDS: Readonly<Record<string, Words>> = {
  INTENT: { zh: '结果尚未记录。', en: 'How it ended is not recorded yet.' },
  ANSWERED: { zh: '已提供。', en: 'It was given.' },
  PARTIAL: { zh: '已部分提供。', en: 'A part of it was given.' },
  FAILED: { zh: '未能提供。', en: 'Nothing was given.' },
  UNKNOWN: { zh: '是否已提供，无法确认。', en: 'Whether it was given cannot be said.' },
};

/** The one who acted, told of it. */
function youOf({ onBehalf }: Doer): Words {
  const kind = onBehalf && delegationTitle(onBehalf.kind ?? '');
  return kind ? { zh: `您（${kind.zh}）`, en: `You (${kind.en})` } : { zh: '您', en: 'You' };
}

/** Who looked or was refused. What cannot be delegated is said only to somebody who acts for the person, whichever delegation it was. */
function lookerOf(told: Told): Words {
  const acts = !told.own && told.organisation === null && told.code === 'SCOPE_NOT_DELEGABLE';
  return acts ? { zh: '代办人', en: 'Somebody who acts for the person' } : whoOf(told);
}

/** Who did something, in words. A private person is nobody's to know. */
export function whoOf({ own, onBehalf, organisation }: Doer): Words {
  if (own) return { zh: '本人', en: 'The person themselves' };
  if (onBehalf) {
    const kind = delegationTitle(onBehalf.kind ?? '');
    return { zh: `代办人（${kind.zh}）`, en: `Somebody who acts for the person (${kind.en})` };
  }
  if (!organisation) return { zh: '另一位个人用户', en: 'Another private person' };
  const { zh, en } = nameOf(organisation);
  return { zh: `${zh}的工作人员`, en: `An official of ${en}` };
}

/** What a kind of delegation is called. */
export function delegationTitle(kind: string): Words {
  return DELEGATIONS[kind] ?? same(kind);
}

const DELEGATIONS: Readonly<Record<string, Words>> = {
  GUARDIAN: { zh: '监护人', en: 'guardian' },
  FAMILY_HELP: { zh: '亲情代办', en: 'help by the family' },
  COURT_APPOINTED: { zh: '法院指定', en: 'appointed by a court' },
  NEXT_OF_KIN: { zh: '近亲属', en: 'next of kin' },
};

function groundOf({ basis, law, article, reference, organisation, onBehalf }: Told): Words {
  switch (basis ?? 'MANDATE') {
    case 'SELF':
      if (organisation) return { zh: '本人办理的记录', en: 'what they did themselves' };
      return onBehalf
        ? { zh: '本人权利，由他人代为行使', en: "the person's own right, exercised for them" }
        : { zh: '本人权利', en: "the person's own right" };
    case 'CONSENT':
      return { zh: `本人授权 ${reference ?? ''}`.trim(), en: `the person's consent ${reference ?? ''}`.trim() };
    case 'EMERGENCY':
      return { zh: '紧急情况（生命健康）', en: 'an emergency of life or health' };
    default: {
      const provision = law === null ? (reference ?? '') : `${law}${article ?? ''}`;
      return { zh: provision, en: `a mandate of law: ${provision}` };
    }
  }
}

/** Messages of the error catalogue stand in both languages, Chinese first. */
function reasonOf(code: string | null): Words {
  const entry = Object.entries(ERROR_CATALOGUE).find(([name]) => name === code)?.[1];
  const [zh, en] = entry?.message.split(' · ') ?? [];
  return zh !== undefined && en !== undefined ? { zh, en } : same(code ?? '');
}

/** A purpose as the graph shows it. */
export function purposeOf(
  code: string,
  { purposes }: AccessCatalogue,
): { readonly code: string; readonly title: Words; readonly notice: Words } {
  const entry = purposes.get(code);
  return entry ? { code, title: entry, notice: entry.notice } : { code, title: same(code), notice: same(code) };
}

/** An entry that is no longer in the catalogue is shown by its code. */
function same(code: string): Words {
  return { zh: code, en: code };
}
