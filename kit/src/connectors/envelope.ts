import { parseCitizenNumber, sm2Signer, sm2Verifier } from '@yichuang/schema';
import { AgencyFault, type RawRow, type SystemAnswer, type SystemQuestion } from '../systems/system.js';
import type { ExactJson } from './exact-json.js';
import { openExchange } from './envelope/exchange.js';
import { messageIdsOf } from './envelope/message-ids.js';
import { envelopeOrders } from './envelope/orders.js';
import { EnvelopeSettings, type ManyPersonsTransaction, type OnePersonTransaction } from './envelope/settings.js';
import { readShanghaiDigits, shanghaiText } from './envelope/shanghai-clock.js';
import { signInOnce } from './envelope/sign-in.js';
import { answerIsSigned, signRequest, type Message } from './envelope/signing.js';
import type { Connector } from './connector.js';
import { memberAt, rowFinder, type RowFinder } from './json-rows.js';
import { readSettings } from './settings.js';

/** What one transaction is asked, and how its output becomes rows. */
interface Inquiry {
  readonly infno: string;
  readonly input: ExactJson;
  /** @throws AgencyFault when the output is not whole or about somebody else. */
  read(output: ExactJson): [string, readonly RawRow[]][];
}
type Plan = (question: SystemQuestion) => Inquiry | undefined;
type Answer = { readonly output: ExactJson; readonly at: Date } | 'NO_RECORD' | 'SIGN_IN_AGAIN';

/**
 * The message of 国家医保信息平台: every transaction is one POST to one address, signed by SM2, answered with infcode whatever the
 * HTTP status. Takes the smallest transaction that answers a question; keys stand in the signed body only.
 */
export const envelope: Connector = (given, context) => {
  const settings = readSettings(EnvelopeSettings, given, context);
  const { id } = context;
  const signer = sm2Signer(settings.signature.privateKey, settings.signature.form);
  const verifier =
    settings.signature.platformPublicKey === undefined
      ? undefined
      : sm2Verifier(settings.signature.platformPublicKey, settings.signature.form);
  const nextId = messageIdsOf(settings.institution.code, settings.serials);
  const exchange = openExchange(settings, id);
  const { one, many } = settings.transactions;
  const plans: readonly Plan[] = [...(one ? [planOne(one, id)] : []), ...(many ? [planMany(many, id)] : [])];

  async function transact(infno: string, input: ExactJson, signNumber: string, signal: AbortSignal): Promise<Answer> {
    const { msgid, at } = nextId();
    const message = requestHead(settings, { infno, msgid, inf_time: shanghaiText(at), sign_no: signNumber, input });
    const answer = await exchange.send({ ...message, cainfo: signRequest(message, signer) }, signal);
    if (verifier && !answerIsSigned(answer, msgid, verifier))
      throw new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: the answer is not signed by the platform`);
    return readAnswer(answer, settings, id);
  }

  const signIn = signInOnce(async () => {
    const { operator, device } = settings;
    const input = { signIn: { opter_no: operator.number, mac: device.mac, ip: device.ip } };
    const answer = await transact(settings.signIn.infno, input, '', AbortSignal.timeout(settings.signIn.deadlineMs)).catch(timedOut(id));
    const number = typeof answer === 'object' ? memberAt(answer.output, 'signinoutb.sign_no') : undefined;
    if (typeof number !== 'string' || number === '') throw new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: signing in gave no number`);
    return number;
  });

  async function inquire(
    { infno, input }: Pick<Inquiry, 'infno' | 'input'>,
    signal: AbortSignal,
  ): Promise<Exclude<Answer, 'SIGN_IN_AGAIN'>> {
    for (let attempt = 0; attempt < 2; attempt++) {
      const number = await signIn.number(signal);
      const answer = await transact(infno, input, number, signal);
      if (answer !== 'SIGN_IN_AGAIN') return answer;
      signIn.refused(number);
    }
    throw new AgencyFault('AGENCY_UNAVAILABLE', `${id} refuses a number it has just given`);
  }

  return {
    ...(settings.orders
      ? {
          orders: envelopeOrders(settings.orders, id, async (infno, input, signal) => {
            const answer = await inquire({ infno, input }, signal);
            return answer === 'NO_RECORD' ? undefined : answer.output;
          }),
        }
      : {}),
    async ask(question): Promise<SystemAnswer> {
      if (question.by !== 'citizen') throw new AgencyFault('NOT_SUPPORTED_HERE', `${id} cannot be asked by ${question.by}`);
      let inquiry: Inquiry | undefined;
      for (const plan of plans) inquiry ??= plan(question);
      if (!inquiry) throw new AgencyFault('NOT_SUPPORTED_HERE', `${id} has no transaction that answers this`);
      const answer = await inquire(inquiry, question.signal);
      const none = question.parts.map((part): [string, readonly RawRow[]] => [part, []]);
      if (answer === 'NO_RECORD') return { rows: new Map(none), asOf: new Date(), freshness: 'LIVE' };
      return { rows: new Map([...none, ...inquiry.read(answer.output)]), asOf: answer.at, freshness: 'LIVE' };
    },
    close: () => exchange.close(),
  };
};

/** Both spellings are the standard's: mdtrtarea_admvs, but insuplc_admdvs. */
function requestHead(
  settings: EnvelopeSettings,
  own: { readonly infno: string; readonly msgid: string; readonly inf_time: string; readonly sign_no: string; readonly input: ExactJson },
): Message {
  return {
    infno: own.infno,
    msgid: own.msgid,
    mdtrtarea_admvs: settings.careArea,
    insuplc_admdvs: settings.insuranceArea,
    recer_sys_code: settings.receiver,
    dev_no: settings.device.number,
    dev_safe_info: settings.device.safeInfo,
    signtype: 'SM2',
    infver: settings.version,
    opter_type: settings.operator.kind,
    opter: settings.operator.number,
    opter_name: settings.operator.name,
    inf_time: own.inf_time,
    fixmedins_code: settings.institution.code,
    fixmedins_name: settings.institution.name,
    sign_no: own.sign_no,
    input: own.input,
  };
}

/** What infcode says. err_msg is never read: platforms put names and numbers into it. */
function readAnswer(answer: Message, settings: EnvelopeSettings, id: string): Answer {
  const { infcode, inf_refmsgid: reference, respond_time: respondTime, output } = answer;
  if (infcode !== '0') {
    const refusal = typeof infcode === 'string' && Object.hasOwn(settings.refusals, infcode) ? settings.refusals[infcode] : undefined;
    if (refusal === 'NO_RECORD' || refusal === 'SIGN_IN_AGAIN') return refusal;
    throw new AgencyFault(refusal ?? 'AGENCY_BAD_RESPONSE', `${id}: the answer is ${refusal ? 'a refusal' : 'an error'}`);
  }
  // inf_refmsgid is the platform's own number: division 6 + yyyyMMddHHmmss 14 + serial 10.
  const at = typeof respondTime === 'string' ? readShanghaiDigits(respondTime) : undefined;
  if (typeof reference !== 'string' || !/^\d{30}$/.test(reference) || !at || output === undefined || output === null) {
    throw new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: the envelope of the answer is not whole`);
  }
  return { output, at };
}

function planOne(transaction: OnePersonTransaction, id: string): Plan {
  const finders = compileRows(transaction.rows);
  const { at, column } = transaction.subject;
  return ({ keys: [key, ...others], parts }) => {
    if (key === undefined || others.length > 0 || !parts.every((part) => finders.has(part))) return undefined;
    return {
      infno: transaction.infno,
      input: { data: { ...transaction.data, [transaction.key]: key } },
      read(output) {
        const subject = memberAt(output, at);
        if (typeof subject !== 'string') throw new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: the answer does not say whom it is about`);
        // Rows of this transaction do not name the person, so an answer about another one would pass unseen.
        if (parseCitizenNumber(subject) !== key)
          throw new AgencyFault('SUBJECT_MISMATCH', `${id}: the answer is about a person who was not asked about`);
        return readRows(output, finders, parts, id).map(([part, rows]) => [part, rows.map((row) => ({ ...row, [column]: subject }))]);
      },
    };
  };
}

function planMany(transaction: ManyPersonsTransaction, id: string): Plan {
  const finders = compileRows(transaction.rows);
  return ({ keys, parts }) => {
    if (!parts.every((part) => finders.has(part))) return undefined;
    const tables = parts.map((part) => transaction.rows[part] ?? part);
    return {
      infno: transaction.infno,
      input: {
        data: {
          ...transaction.data,
          [transaction.keys]: keys,
          ...(transaction.tables === undefined ? {} : { [transaction.tables]: tables }),
        },
      },
      read(output) {
        const echo = memberAt(output, transaction.keys);
        // A person whom the platform left out would look like one without records.
        if (!Array.isArray(echo) || !sameSet(echo, keys))
          throw new AgencyFault('SUBJECT_MISMATCH', `${id}: the answer is about other persons than were asked about`);
        return readRows(output, finders, parts, id);
      },
    };
  };
}

function compileRows(rows: Readonly<Record<string, string>>): ReadonlyMap<string, RowFinder> {
  return new Map(Object.entries(rows).map(([part, path]) => [part, rowFinder(path)]));
}

function readRows(
  output: ExactJson,
  finders: ReadonlyMap<string, RowFinder>,
  parts: readonly string[],
  id: string,
): [string, readonly RawRow[]][] {
  return parts.map((part) => {
    const rows = finders.get(part)?.(output);
    if (!rows) throw new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: the answer has no list of ${part} where it belongs`);
    return [part, rows];
  });
}

function sameSet(left: readonly unknown[], right: readonly string[]): boolean {
  const known = new Set(left);
  return known.size === new Set(right).size && right.every((key) => known.has(key));
}

function timedOut(id: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof AgencyFault
      ? error
      : new AgencyFault('AGENCY_TIMEOUT', `signing in to ${id} took too long`, {}, { cause: error });
  };
}
