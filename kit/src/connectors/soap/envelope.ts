import { citizenNumberForms, parseCitizenNumber, parseCreditCode } from '@yichuang/schema';
import type { KeyKind, RawRow } from '../../systems/system.js';
import { decodeGb18030, EncodingError } from '../encoding.js';
import { childOf, escapeAttribute, readXml, XmlError, type XmlElement } from './xml.js';

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
/** Namespace of the provincial cores: the former ministry of labour and social security. */
const MOLSS = 'http://www.molss.gov.cn/';

/** A request: parameters of the header block `system` and of the body block `business`, each in an element of its own; rows as attributes behind them. */
export interface SoapRequest {
  readonly system: Readonly<Record<string, string>>;
  readonly business: Readonly<Record<string, string>>;
  readonly rows?: readonly Readonly<Record<string, string>>[];
}

/** The text of a request. It still has to be encoded as it declares itself. */
export function requestText({ system, business, rows = [] }: SoapRequest): string {
  const paras = (values: Readonly<Record<string, string>>): string =>
    Object.entries(values)
      .map(([name, value]) => `<para ${name}="${escapeAttribute(value)}"/>`)
      .join('');
  const rowText = (row: Readonly<Record<string, string>>): string =>
    `<row ${Object.entries(row)
      .map(([name, value]) => `${name}="${escapeAttribute(value)}"`)
      .join(' ')}/>`;
  return (
    `<?xml version="1.0" encoding="GBK"?><soap:Envelope xmlns:soap="${SOAP}">` +
    `<soap:Header><in:system xmlns:in="${MOLSS}">${paras(system)}</in:system></soap:Header>` +
    `<soap:Body><in:business xmlns:in="${MOLSS}">${paras(business)}${rows.map(rowText).join('')}</in:business></soap:Body></soap:Envelope>`
  );
}

/**
 * The condition these systems want as SQL. It is made of a column of the settings and of identifiers that are read and written anew
 * here, in every form a register may hold them: no other character than theirs can get into it.
 * @throws TypeError for a key that is not one.
 */
export function conditionOf(column: string, by: KeyKind, keys: readonly string[]): string {
  if (!/^[a-z][a-z0-9]{2,9}$/.test(column)) throw new TypeError('not the name of a column');
  return `${column} in (${keys
    .flatMap((key) => formsOf(by, key))
    .map((form) => `'${form}'`)
    .join(',')})`;
}

function formsOf(by: KeyKind, key: string): readonly string[] {
  if (by === 'citizen') {
    const number = parseCitizenNumber(key);
    if (number !== undefined) return citizenNumberForms(number);
  }
  if (by === 'unit') {
    const code = parseCreditCode(key);
    if (code !== undefined) return [code];
  }
  throw new TypeError(`not a key of kind ${by}`);
}

/** What came back. Messages and the executed SQL beside it are never looked at. */
export type SoapAnswer =
  | { readonly ok: true; readonly sessionId: string | undefined; readonly resultSets: ReadonlyMap<string, readonly RawRow[]> }
  | { readonly ok: false; readonly code: string };

/** An answer that cannot be used. */
export class SoapAnswerError extends Error {
  override readonly name = 'SoapAnswerError';
}

/**
 * Reads the bytes of an answer. Columns of rows are in upper case, as the national standard writes them.
 * @throws SoapAnswerError when it is cut, wrongly encoded, not of this form, or has another number of rows than it says.
 */
export function readAnswer(bytes: Buffer): SoapAnswer {
  const envelope = readDocument(bytes);
  const business = childOf(childOf(envelope, 'Body'), 'business');
  const result = childOf(business, 'result');
  const flag = childOf(result, 'flag')?.text.trim();
  if (envelope.name !== 'Envelope' || !business || flag === undefined) throw new SoapAnswerError('the answer has no result');
  if (flag !== '1') return { ok: false, code: childOf(result, 'code')?.text.trim() ?? '' };
  const sessionId = childOf(childOf(envelope, 'Header'), 'system')
    ?.children.find((para) => para.attributes.has('sessionid'))
    ?.attributes.get('sessionid');
  return { ok: true, sessionId, resultSets: new Map(business.children.filter(({ name }) => name === 'resultset').map(readResultSet)) };
}

function readDocument(bytes: Buffer): XmlElement {
  const label = /^<\?xml[^>]*?encoding=["']([\w.-]+)["']/.exec(bytes.subarray(0, 200).toString('latin1'))?.[1];
  try {
    return readXml(decodeGb18030(bytes, label));
  } catch (error) {
    if (error instanceof EncodingError || error instanceof XmlError) throw new SoapAnswerError(error.message);
    throw error;
  }
}

function readResultSet(element: XmlElement): [string, readonly RawRow[]] {
  const rows = element.children
    .filter(({ name }) => name === 'row')
    .map(({ attributes }) => Object.fromEntries([...attributes].map(([column, text]) => [column.toUpperCase(), text])));
  const said = element.attributes.get('row_count') ?? '';
  if (!/^\d{1,9}$/.test(said) || Number(said) !== rows.length)
    throw new SoapAnswerError('the answer has another number of rows than it says');
  return [(element.attributes.get('name') ?? '').toUpperCase(), rows];
}
