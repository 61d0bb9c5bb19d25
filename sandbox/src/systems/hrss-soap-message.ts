import { XMLParser } from 'fast-xml-parser';
import iconv from 'iconv-lite';
import type { RegisterRow } from './hrss-soap-register.js';

/** A question as a provincial core understands it. */
export interface SoapQuestion {
  readonly user: string;
  readonly password: string | undefined;
  readonly sessionId: string | undefined;
  readonly funid: string;
  /** Parameters of `business`. */
  readonly business: ReadonlyMap<string, string>;
  /** Rows behind them, columns in upper case. */
  readonly rows: readonly RegisterRow[];
}

interface Para {
  readonly $?: Readonly<Record<string, string>>;
}
interface Envelope {
  readonly Envelope?: {
    readonly Header?: { readonly system?: { readonly para?: readonly Para[] } };
    readonly Body?: { readonly business?: { readonly para?: readonly Para[]; readonly row?: readonly Para[] } };
  };
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  attributesGroupName: '$',
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: true,
  trimValues: false,
  removeNSPrefix: true,
  isArray: (name) => name === 'para' || name === 'row',
});

/** Reads a request; undefined where it is none. Bytes that are no GB18030 make it none. */
export function readQuestion(bytes: Buffer): SoapQuestion | undefined {
  let envelope: Envelope['Envelope'];
  try {
    const text = new TextDecoder('gb18030', { fatal: true }).decode(bytes);
    envelope = (parser.parse(text) as Envelope).Envelope;
  } catch {
    return undefined;
  }
  const system = parameters(envelope?.Header?.system?.para);
  const funid = system.get('funid');
  if (funid === undefined) return undefined;
  return {
    user: system.get('usr') ?? '',
    password: system.get('pwd'),
    sessionId: system.get('sessionid'),
    funid,
    business: parameters(envelope?.Body?.business?.para),
    rows: (envelope?.Body?.business?.row ?? []).map(({ $ }) => inUpperCase(Object.entries($ ?? {}))),
  };
}

/** Columns as registers and papers write them. */
export const inUpperCase = (columns: Iterable<readonly [string, string]>): RegisterRow =>
  Object.fromEntries([...columns].map(([column, text]) => [column.toUpperCase(), text]));

function parameters(paras: readonly Para[] | undefined): ReadonlyMap<string, string> {
  return new Map((paras ?? []).flatMap(({ $ }) => Object.entries($ ?? {})));
}

/** A condition this core executes: one column, in a list of literals. */
export interface Condition {
  readonly column: string;
  readonly values: readonly string[];
}

/** The whole grammar of `clientsql`; anything else would reach the database in a real core, and is an error here. */
export function readCondition(text: string | undefined): Condition | undefined {
  const match = /^(aac002|sab010) in \(('[^'"\\;()]{1,40}'(?:,'[^'"\\;()]{1,40}')*)\)$/.exec(text ?? '');
  if (!match) return undefined;
  return { column: match[1] ?? '', values: (match[2] ?? '').slice(1, -1).split("','") };
}

export interface ResultSet {
  readonly name: string;
  readonly rows: readonly RegisterRow[];
  /** The SQL that was run, which these systems give away. */
  readonly querysql: string;
}

/** An answer as bytes: GB18030 that is declared GBK, or really UTF-8 when something went wrong. */
export function answerBytes(
  result: { readonly flag: '1' | '-1'; readonly code: string; readonly message: string },
  content: { readonly sessionId?: string; readonly resultSets?: readonly ResultSet[] } = {},
  utf8 = false,
): Buffer {
  const header =
    content.sessionId === undefined
      ? ''
      : `<soap:Header><out:system xmlns:out="http://www.molss.gov.cn/"><para sessionid="${attribute(content.sessionId)}"/></out:system></soap:Header>`;
  const text =
    '<?xml version="1.0" encoding="GBK"?>\n<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">' +
    `${header}<soap:Body><out:business xmlns:out="http://www.molss.gov.cn/"><result><flag>${result.flag}</flag><code>${result.code}</code><message>${result.message}</message></result>` +
    `${(content.resultSets ?? []).map(resultSetText).join('')}</out:business></soap:Body></soap:Envelope>`;
  return utf8 ? Buffer.from(text) : iconv.encode(text, 'gb18030');
}

function resultSetText({ name, rows, querysql }: ResultSet): string {
  const lines = rows.map((row) => {
    // NULL is an attribute that is not there.
    const columns = Object.entries(row).filter(([, text]) => text !== '');
    return `<row ${columns.map(([column, text]) => `${column.toLowerCase()}="${attribute(text)}"`).join(' ')}/>`;
  });
  return `<resultset name="${name}" row_count="${rows.length}" querysql="${attribute(querysql)}">\n${lines.join('\n')}\n</resultset>`;
}

function attribute(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\t\r\n]/g, (c) => `&#${c.charCodeAt(0)};`);
}
