import { Pool } from 'undici';
import { Type, type Static } from 'typebox';
import { filledIn, type OfficePaper, type OrderCounter } from '../offices/papers.js';
import { AgencyFault, type LegacySystem, type RawRow } from '../systems/system.js';
import { untilAborted } from './aborted.js';
import { encodeGb18030, encodeGbk } from './encoding.js';
import { askOverHttp } from './http-exchange.js';
import type { Connector } from './connector.js';
import { readSettings } from './settings.js';
import { conditionOf, readAnswer, requestText, SoapAnswerError, type SoapAnswer, type SoapRequest } from './soap/envelope.js';
import { sharedSession } from './soap/session.js';

const closed = { additionalProperties: false } as const;
/** A kind of key: the column of the condition, and the result sets that have it. */
const Key = Type.Object(
  { column: Type.String({ pattern: '^[a-z][a-z0-9]{2,9}$' }), parts: Type.Array(Type.String(), { minItems: 1 }) },
  closed,
);

/** How orders of transfers are sent, and found again: an account of their own, and the function numbers. */
const Orders = Type.Object(
  {
    user: Type.String({ minLength: 1 }),
    password: Type.String({ minLength: 1 }),
    order: Type.String({ default: 'F00.02.01' }),
    inquiry: Type.String({ default: 'F00.02.02' }),
  },
  closed,
);

const SoapSettings = Type.Object(
  {
    /** Address of the service; never holds a credential or a key. */
    endpoint: Type.String({ pattern: '^https?://' }),
    user: Type.String({ minLength: 1 }),
    password: Type.String({ minLength: 1 }),
    /** Function numbers (funid) of the log-in and of the query service, and functionid of the query. */
    logIn: Type.String({ default: 'F00.00.01' }),
    query: Type.String({ default: 'F00.01.03' }),
    functionId: Type.String({ default: 'F27.00.01' }),
    keys: Type.Object({ citizen: Type.Optional(Key), unit: Type.Optional(Key) }, closed),
    /** Result codes by which the system says that the session is no longer valid. */
    sessionCodes: Type.Array(Type.String(), { default: [] }),
    /** Result code → what it means; other codes are unusable answers. */
    refusals: Type.Optional(
      Type.Record(Type.String(), Type.Enum(['NOT_SUPPORTED_HERE', 'AGENCY_RATE_LIMITED', 'AGENCY_UNAVAILABLE', 'AGENCY_CLOSED'])),
    ),
    /** Absent where the office takes no orders by this service. */
    orders: Type.Optional(Orders),
    /** `gbk` for a system that cannot read characters of four bytes: they are refused instead of becoming `?`. */
    writes: Type.Enum(['gb18030', 'gbk'], { default: 'gb18030' }),
    maxBytes: Type.Integer({ minimum: 1, default: 32 << 20 }),
    /** Milliseconds until an attempt to connect, a log-in, and the silence before or within an answer are given up. */
    connectMs: Type.Integer({ minimum: 1, default: 2000 }),
    logInMs: Type.Integer({ minimum: 1, default: 5000 }),
    silenceMs: Type.Integer({ minimum: 1, default: 30_000 }),
  },
  closed,
);
type SoapSettings = Static<typeof SoapSettings>;

const HEADERS = { 'content-type': 'text/xml; charset=GBK', soapaction: '""' };

/**
 * Provincial cores behind SOAP 1.1 with GB18030 bytes that are declared GBK: one call per question, parts as `tables`, keys as a
 * condition made of identifiers only; one log-in shared by all questions and renewed when the system says it is over.
 */
export const soap: Connector = (given, context) => {
  const settings = readSettings(SoapSettings, given, context);
  const endpoint = new URL(settings.endpoint);
  const pool = new Pool(endpoint.origin, {
    connect: { timeout: settings.connectMs },
    headersTimeout: settings.silenceMs,
    bodyTimeout: settings.silenceMs,
  });
  const encode = settings.writes === 'gbk' ? encodeGbk : encodeGb18030;

  async function call(request: SoapRequest, signal: AbortSignal): Promise<SoapAnswer> {
    const bytes = await askOverHttp(
      pool,
      context.id,
      { path: endpoint.pathname + endpoint.search, headers: HEADERS, body: encode(requestText(request)), signal },
      settings.maxBytes,
    );
    try {
      return readAnswer(bytes);
    } catch (error) {
      if (error instanceof SoapAnswerError) throw new AgencyFault('AGENCY_BAD_RESPONSE', `${context.id}: ${error.message}`);
      throw error;
    }
  }

  /** Calls under one account, with its log-in. */
  const account = (user: string, password: string): Caller => {
    const session = sharedSession(async () => {
      const signal = AbortSignal.timeout(settings.logInMs);
      const answer = await call({ system: { usr: user, pwd: password, funid: settings.logIn }, business: {} }, signal).catch(
        (error: unknown) => {
          if (signal.aborted) throw new AgencyFault('AGENCY_TIMEOUT', `${context.id} did not answer the log-in in time`);
          throw error;
        },
      );
      if (!answer.ok) throw refused(settings, context.id, answer.code, 'AGENCY_UNAVAILABLE');
      if (answer.sessionId === undefined || answer.sessionId === '')
        throw new AgencyFault('AGENCY_BAD_RESPONSE', `${context.id}: the log-in gave no session`);
      return answer.sessionId;
    });
    return async (funid, content, signal) => {
      // A call that was refused for its session did nothing, so that it may be made again.
      for (let renewed = false; ; renewed = true) {
        const sessionid = await untilAborted(session.current(), signal);
        const answer = await call({ system: { usr: user, sessionid, funid }, ...content }, signal);
        if (answer.ok) return answer.resultSets;
        if (!settings.sessionCodes.includes(answer.code)) throw refused(settings, context.id, answer.code, 'AGENCY_BAD_RESPONSE');
        session.expired(sessionid);
        if (renewed) throw new AgencyFault('AGENCY_UNAVAILABLE', `${context.id} does not accept the session it has just given`);
      }
    };
  };
  const query = account(settings.user, settings.password);

  const system: LegacySystem = {
    ...(settings.orders
      ? { orders: orderCounter(settings.orders, context.id, account(settings.orders.user, settings.orders.password)) }
      : {}),
    async ask({ by, keys, parts, signal }) {
      const key = by === 'outlet' ? undefined : settings.keys[by];
      if (!key) throw new AgencyFault('NOT_SUPPORTED_HERE', `${context.id} cannot be asked by ${by}`);
      const rows = new Map(parts.map((part): [string, readonly RawRow[]] => [part, []]));
      const asked = parts.filter((part) => key.parts.includes(part));
      // Parts that are not kept by this kind of key hold nothing under it.
      if (asked.length === 0) return { rows, asOf: new Date(), freshness: 'LIVE' };
      const business = {
        startrow: '1',
        row_count: '-1',
        functionid: settings.functionId,
        tables: asked.join(','),
        clientsql: conditionOf(key.column, by, keys),
      };
      const resultSets = await query(settings.query, { business }, signal);
      for (const part of asked) {
        const found = resultSets.get(part.toUpperCase());
        if (!found) throw new AgencyFault('AGENCY_BAD_RESPONSE', `${context.id}: the answer has no ${part}`);
        rows.set(part, found);
      }
      return { rows, asOf: new Date(), freshness: 'LIVE' };
    },
    close: () => pool.destroy(),
  };
  return system;
};

/** One call of a function: its result sets by name. */
type Caller = (funid: string, content: Omit<SoapRequest, 'system'>, signal: AbortSignal) => Promise<ReadonlyMap<string, readonly RawRow[]>>;

/** The receipt comes as the result set IC89 of one row, part 2 of the sheet as IC91. */
function orderCounter(orders: Static<typeof Orders>, id: string, call: Caller): OrderCounter {
  const send = async (funid: string, { head, rows }: OfficePaper, signal: AbortSignal): Promise<OfficePaper> => {
    const answer = await call(funid, { business: inLowerCase(head), rows: rows.map(inLowerCase) }, signal);
    const [receipt, ...others] = answer.get('IC89') ?? [];
    if (!receipt || others.length > 0) throw new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: the answer has no receipt`);
    return { head: filledIn(receipt), rows: (answer.get('IC91') ?? []).map(filledIn) };
  };
  return {
    order: (paper, signal) => send(orders.order, paper, signal),
    inquire: (_, paper, signal) => send(orders.inquiry, paper, signal),
  };
}

const inLowerCase = (row: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(row).map(([column, text]) => [column.toLowerCase(), text]));

function refused(settings: SoapSettings, id: string, code: string, otherwise: 'AGENCY_UNAVAILABLE' | 'AGENCY_BAD_RESPONSE'): AgencyFault {
  const known = settings.refusals && Object.hasOwn(settings.refusals, code) ? settings.refusals[code] : undefined;
  return new AgencyFault(known ?? otherwise, `${id}: the answer ${known ? 'is a refusal' : 'carries an error'} inside a success`);
}
