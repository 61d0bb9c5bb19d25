import { canonicalJson, catalogued, type CitizenRef } from '@yichuang/schema';
import { isRecord } from '../agencies/reply.js';
import type { Question } from '../execution/question.js';
import { isErrorCode } from '../graph/request-errors.js';
import { askWithin, type AskWithin } from './ask-within.js';
import { sha256, type CheckCodes } from './check-code.js';

/** The form of the JSON; goes up when a field changes its meaning. */
const PAPER_FORMAT = 'yichuang-transfer-paper/1';

/** A field of a paper by its national code, or on papers of medical insurance by the word of the national platform. */
interface PaperField {
  readonly code: string;
  readonly value: string | null;
}

/** A paper of a transfer with the person it is about, as the caller may see them. */
export interface PaperContent {
  readonly format: typeof PAPER_FORMAT;
  /** Public number of the case. */
  readonly case: string;
  /** TransferKind of the case, and InsuranceScheme that leaves. */
  readonly transfer: string;
  readonly scheme: string | null;
  readonly source: string;
  readonly target: string;
  /** CERTIFICATE, APPLICATION, CONTACT_LETTER, INFORMATION_SHEET or REFUSAL_NOTICE. */
  readonly kind: string;
  readonly number: string;
  /** YYYY-MM-DD */
  readonly issuedOn: string;
  /** PERSON, or the division of the office. */
  readonly issuer: string;
  readonly person: {
    readonly name: string | null;
    readonly number: string | null;
    readonly sex: string | null;
    readonly hukou: string | null;
    /** 个人编号 where the relation leaves, while it is there; absent on papers of 医保, whose own number (人员编号, `psnNo`) stands on the sheet. */
    readonly personNumber?: string | null;
  };
  readonly fields: readonly PaperField[];
  /** 信息表 part 2. */
  readonly segments: readonly { readonly fields: readonly PaperField[] }[];
}

/** A paper that can be proved: its canonical JSON (RFC 8785), and the check code that stands on every page. */
export interface IssuedPaper {
  readonly content: PaperContent;
  readonly json: string;
  /** Of the JSON text, hexadecimal. */
  readonly sha256: string;
  readonly checkCode: string;
}

/** What stands on a paper beside the case, and what opens it; the rest stays empty where the caller could never see it. */
const OF_THE_PERSON = [
  { scope: 'identity.person:read', selection: 'identity { name sex hukou }' },
  { scope: 'identity.number:read', selection: 'numbered: identity { number }', within: 'identity.person:read' },
  { scope: 'pension.relations:read', selection: 'pension { relations { scheme jurisdiction personNumber } }' },
] as const;
/** The agencies whose cases there are, each asked where the caller could see its cases: a number is of one of them. */
const CASES = [
  { scope: 'transfer.progress:read', field: 'transfer' },
  { scope: 'medical.transfers:read', field: 'medicalTransfer' },
] as const;
const PAPERS =
  '(number: $case) { number kind scheme source target papers { kind number issuedOn issuer fields { code value } segments { fields { code value } } } }';

/**
 * One paper of a case, asked for as the caller of a question and by the same way as any other: every piece is decided upon, and on record.
 * @returns null where the person has no such case, or the case no such paper
 * @throws GraphQLError with the code of what kept the papers back
 */
export async function transferPaper(
  question: Question,
  ref: CitizenRef,
  wanted: { readonly case: string; readonly paper: string },
  ask: AskWithin,
  codes: CheckCodes,
): Promise<IssuedPaper | null> {
  const { prospects } = question.profile;
  const may = (scope: string): boolean => prospects.of(scope, 'PERSON').kind === 'POSSIBLE';
  const pieces = OF_THE_PERSON.filter((piece) => may(piece.scope) && (!('within' in piece) || may(piece.within)));
  const visible = CASES.filter(({ scope }) => may(scope));
  // Who could see none is told why.
  const cases = (visible.length === 0 ? CASES : visible).map(({ field }) => field);
  const asked = cases.map((field) => `${field}${PAPERS}`).join(' ');
  const query = `query Paper($id: ID!, $case: String!) { citizen(id: $id) { ${asked} ${pieces.map(({ selection }) => selection).join(' ')} } }`;
  const { data, errors } = await askWithin({ query, variables: { id: ref, case: wanted.case } }, question, ask);
  const person = below(data, 'citizen');
  const transfer = cases.map((field) => below(person, field)).find((one) => one !== NOTHING) ?? NOTHING;
  const papers = transfer['papers'];
  if (!Array.isArray(papers)) {
    const code = errors.find(({ path }) => path === undefined || cases.some((field) => path[1] === field))?.extensions?.['code'];
    if (isErrorCode(code)) throw catalogued(code);
    return null;
  }
  const paper = papers.filter(isRecord).find(({ number }) => number === wanted.paper);
  return paper ? issued(contentOf(person, transfer, paper), codes) : null;
}

function contentOf(person: Row, transfer: Row, paper: Row): PaperContent {
  const identity = below(person, 'identity');
  const { relations } = below(person, 'pension');
  const relation = listed(relations).find(
    ({ scheme, jurisdiction }) => scheme === transfer['scheme'] && jurisdiction === transfer['source'],
  );
  return {
    format: PAPER_FORMAT,
    case: text(transfer['number']),
    transfer: text(transfer['kind']),
    scheme: textOrNull(transfer['scheme']),
    source: text(transfer['source']),
    target: text(transfer['target']),
    kind: text(paper['kind']),
    number: text(paper['number']),
    issuedOn: text(paper['issuedOn']),
    issuer: text(paper['issuer']),
    person: {
      name: textOrNull(identity['name']),
      number: textOrNull(below(person, 'numbered')['number']),
      sex: textOrNull(identity['sex']),
      hukou: textOrNull(identity['hukou']),
      ...(transfer['kind'] === 'MEDICAL' ? {} : { personNumber: textOrNull(relation?.['personNumber']) }),
    },
    fields: fieldsOf(paper),
    segments: listed(paper['segments']).map((segment) => ({ fields: fieldsOf(segment) })),
  };
}

function issued(content: PaperContent, codes: CheckCodes): IssuedPaper {
  const json = canonicalJson(content);
  const hash = sha256(json);
  return { content, json, sha256: hash, checkCode: codes.of(hash) };
}

type Row = Readonly<Record<string, unknown>>;

const NOTHING: Row = {};
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const listed = (value: unknown): readonly Row[] => (Array.isArray(value) ? value.filter(isRecord) : []);
const fieldsOf = ({ fields }: Row): readonly PaperField[] =>
  listed(fields).map(({ code, value }) => ({ code: text(code), value: textOrNull(value) }));

function below(value: unknown, name: string): Row {
  const inner = isRecord(value) ? value[name] : undefined;
  return isRecord(inner) ? inner : NOTHING;
}
