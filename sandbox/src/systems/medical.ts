import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import iconv from 'iconv-lite';
import { SHANGHAI_OFFSET_MS } from '@yichuang/schema';
import { listen } from '../loopback.js';
import { jsonStandIn, stopServer } from './json-http.js';
import {
  newKeyPair,
  publicKeyOf,
  readRequest,
  requestIsSigned,
  signedAnswer,
  type KeyPair,
  type MedicalRequest,
  type PublicKey,
} from './medical-envelope.js';
import { OfficeCounter } from '../ledger/counter.js';
import { keptText } from './kept.js';
import { MedicalRegister } from './medical-register.js';
import { answerOrder, isOrder } from './medical-orders.js';
import { BEFORE_THE_OFFICE, FaultSwitch, type Fault, type StandIn, type StandInContext, type StandInGroup } from './stand-in.js';

export { medicalManifest } from './medical-dirt.js';

const ID = 'medical-platform';
const PATH = '/fsi/api';
const INSTITUTION = 'H99000000001';
/** Persons that one batch query takes. */
const MOST_PERSONS = 50;
const RETRY_AFTER_SECONDS = '7';

/** infcode of the platform: 0 is good. */
const INFCODE = { GOOD: 0, FAILED: -1, NO_PERSON: 1002, SIGN_IN_AGAIN: 2001, NO_SUCH_TRANSACTION: 9404, CLOSED: 9503 } as const;
interface Outcome {
  readonly infcode: (typeof INFCODE)[keyof typeof INFCODE];
  readonly err_msg: string;
  readonly output: unknown;
}
const good = (output: unknown): Outcome => ({ infcode: INFCODE.GOOD, err_msg: '', output });
const failed = (text: string, infcode: Outcome['infcode'] = INFCODE.FAILED): Outcome => ({ infcode, err_msg: text, output: null });

/**
 * The national medical platform (国家医保信息平台): one address, signed messages in both directions, sign-in (9001), sign-out (9002),
 * 人员信息获取 (1101), the agency side's batch query (A101) and its orders of transfers (T101, T102). It makes the caller's key itself and hands it over by the environment.
 */
export async function startMedical(context: StandInContext): Promise<StandInGroup> {
  const { medicalDesk: desk } = context;
  const closing = new AbortController();
  const counter = desk && new OfficeCounter(desk, closing.signal);
  // Who keeps a ledger keeps its keys as well: an order that was sent before a kill is asked about after it.
  const keysOf = (name: string): KeyPair =>
    desk ? (JSON.parse(keptText(context.folder, name, () => JSON.stringify(newKeyPair()))) as KeyPair) : newKeyPair();
  const register = desk?.register ?? new MedicalRegister(context.world, context.today);
  const platform = new MedicalPlatform(register, context.today, counter, keysOf('platform-key'), keysOf('caller-key'));
  const server = createServer((request, response) => {
    platform.serve(request, response, closing.signal).catch(() => response.destroy());
  });
  const { url } = await listen(server, context.port('medical'));
  return {
    systems: [platform.standIn],
    env: {
      MEDICAL_URL: `${url}${PATH}`,
      MEDICAL_INSTITUTION: INSTITUTION,
      MEDICAL_PRIVATE_KEY: platform.caller.privateKey,
      MEDICAL_PLATFORM_PUBLIC_KEY: platform.keys.publicKey,
    },
    async close() {
      closing.abort();
      await stopServer(server);
    },
  };
}

class MedicalPlatform {
  readonly #callerPublicKey: PublicKey;
  readonly #faults = new FaultSwitch();
  readonly #messages = new Set<string>();
  readonly #signIns = new Set<string>();
  #serial = 0;

  constructor(
    private readonly register: MedicalRegister,
    private readonly today: string,
    private readonly counter: OfficeCounter | undefined,
    readonly keys: KeyPair,
    readonly caller: KeyPair,
  ) {
    this.#callerPublicKey = publicKeyOf(caller);
  }

  get standIn(): StandIn {
    return jsonStandIn(ID, this.#faults, this.counter !== undefined);
  }

  async serve(message: IncomingMessage, response: ServerResponse, closing: AbortSignal): Promise<void> {
    if (message.method !== 'POST' || message.url !== PATH) {
      response.writeHead(404).end();
      return;
    }
    const request = readRequest(await textOf(message));
    if (typeof request === 'string') {
      this.#send(response, '', failed(request));
      return;
    }
    const outcome = this.#withoutData(request);
    if (outcome) this.#send(response, request.head['msgid'] ?? '', outcome);
    else await this.#data(request, response, closing);
  }

  /** The answer to everything that is no data call: refusals, signing in and out. */
  #withoutData(request: MedicalRequest): Outcome | undefined {
    const { infno, sign_no: signNumber = '' } = request.head;
    const refusal = this.#refusal(request);
    if (refusal !== undefined) return failed(refusal);
    if (infno === '9001') return this.#signIn();
    if (!this.#signIns.has(signNumber)) return failed('签到已失效，请重新签到', INFCODE.SIGN_IN_AGAIN);
    if (infno !== '9002') return undefined;
    this.#signIns.delete(signNumber);
    return good({ signoutoutb: { sign_time: this.#now() } });
  }

  /** Why the message is not accepted, whatever it asks. */
  #refusal(request: MedicalRequest): string | undefined {
    const { msgid = '', fixmedins_code: institution } = request.head;
    if (institution !== INSTITUTION) return '机构未登记';
    if (!requestIsSigned(request, this.#callerPublicKey)) return '验签失败';
    if (this.#messages.has(msgid)) return '报文ID重复';
    this.#messages.add(msgid);
    return undefined;
  }

  #signIn(): Outcome {
    const signNumber = randomBytes(10).toString('hex');
    this.#signIns.add(signNumber);
    return good({ signinoutb: { sign_time: this.#now(), sign_no: signNumber } });
  }

  /** A data call: counted, and met by the fault in force. */
  async #data(request: MedicalRequest, response: ServerResponse, closing: AbortSignal): Promise<void> {
    const { msgid = '' } = request.head;
    const { infno } = request.head;
    const fault = infno === 'T101' ? this.#faults.order() : this.#faults.call();
    // An order takes effect once, however its answer is spoilt; by some faults it never reaches the office.
    const ordered = isOrder(infno) && (!fault || !BEFORE_THE_OFFICE.has(fault.kind)) ? this.#order(infno, request, fault) : undefined;
    const answer = (): Outcome => ordered ?? this.#answer(request);
    switch (fault?.kind) {
      case 'drop':
        response.destroy();
        break;
      case 'hang':
        // The connection stays open until the caller or the sandbox gives up.
        break;
      case 'rate-limit':
        response.writeHead(429, { 'retry-after': RETRY_AFTER_SECONDS }).end();
        break;
      case 'error-in-200':
        this.#send(response, msgid, failed('系统异常：人员查询失败'));
        break;
      case 'closed':
        this.#send(response, msgid, failed('系统维护中，暂停服务', INFCODE.CLOSED));
        break;
      case 'truncate': {
        const whole = this.#bytes(msgid, answer());
        reply(response, whole.subarray(0, Math.floor(whole.length / 2)));
        break;
      }
      case 'wrong-encoding':
        // Declared UTF-8, sent in GB18030; the note makes sure that there is something to get wrong.
        reply(response, iconv.encode(this.#bytes(msgid, { ...answer(), err_msg: '成功' }).toString(), 'gb18030'));
        break;
      case 'duplicate-rows':
        this.#send(response, msgid, doubled(answer()));
        break;
      case 'wrong-person':
        this.#send(response, msgid, this.#aboutSomebodyElse(request));
        break;
      case 'latency':
        await delay(fault.milliseconds ?? 0, undefined, { signal: closing });
        this.#send(response, msgid, answer());
        break;
      case 'lost-answer':
        response.destroy();
        break;
      case 'stale-file':
      case 'duplicate-order':
      case 'late-order':
      case 'refused-order':
      case 'wrong-figures':
      case 'wrong-fund':
      case undefined:
        this.#send(response, msgid, answer());
        break;
    }
  }

  #answer({ head, input }: MedicalRequest): Outcome {
    const data = input['data'];
    if (typeof data !== 'object' || data === null) return failed('字段data缺失');
    const members = data as Readonly<Record<string, unknown>>;
    if (head['infno'] === '1101') return this.#person(members);
    return head['infno'] === 'A101' ? this.#persons(members) : failed('交易不存在', INFCODE.NO_SUCH_TRANSACTION);
  }

  /** T101 and T102: the agency's side of a transfer. */
  #order(infno: 'T101' | 'T102', { input }: MedicalRequest, fault: Fault | undefined): Outcome {
    const data = input['data'];
    if (!this.counter) return failed('交易不存在', INFCODE.NO_SUCH_TRANSACTION);
    const answer =
      typeof data === 'object' && data !== null
        ? answerOrder(infno, data as Readonly<Record<string, unknown>>, this.counter, fault)
        : undefined;
    return answer ? good(answer) : failed('业务报文格式错误');
  }

  /** 1101 by citizen number. */
  #person({ mdtrt_cert_type: kind, mdtrt_cert_no: certno }: Readonly<Record<string, unknown>>): Outcome {
    if (kind !== '02' || typeof certno !== 'string') return failed('就诊凭证类型不支持');
    const person = this.register.person(certno);
    // As real platforms do, it repeats what was asked, and a list without rows is null.
    return person ? good({ ...person, idetinfo: null }) : failed(`未查询到人员信息：${certno}`, INFCODE.NO_PERSON);
  }

  /** A101: whole tables for many persons. */
  #persons({ certnos, tables }: Readonly<Record<string, unknown>>): Outcome {
    if (!isTexts(certnos) || certnos.length === 0 || certnos.length > MOST_PERSONS || !isTexts(tables))
      return failed('字段certnos或tables错误');
    return good({
      certnos,
      ...(tables.includes('insuInfo') ? { insuInfo: certnos.flatMap((certno) => this.register.insuInfo(certno)) } : {}),
      ...(tables.includes('clctInfo') ? { clctInfo: certnos.flatMap((certno) => this.register.clctInfo(certno)) } : {}),
    });
  }

  /** The answer about another person, in an envelope that looks right. */
  #aboutSomebodyElse(request: MedicalRequest): Outcome {
    const data = request.input['data'] as Readonly<Record<string, unknown>>;
    const asked = isTexts(data['certnos']) ? data['certnos'] : [String(data['mdtrt_cert_no'])];
    const stranger = this.register.stranger(asked) ?? '';
    const answer = this.#answer({ ...request, input: { data: { ...data, mdtrt_cert_no: stranger, certnos: [stranger] } } });
    return isTexts(data['certnos']) ? { ...answer, output: { ...(answer.output as object), certnos: asked } } : answer;
  }

  #send(response: ServerResponse, msgid: string, outcome: Outcome): void {
    reply(response, this.#bytes(msgid, outcome));
  }

  #bytes(msgid: string, { infcode, err_msg, output }: Outcome): Buffer {
    const now = this.#now();
    const serial = String(++this.#serial).padStart(10, '0');
    const answer = { infcode, inf_refmsgid: `990000${now.slice(0, 14)}${serial}`, refmsg_time: now, respond_time: now, err_msg, output };
    return Buffer.from(JSON.stringify(signedAnswer(answer, msgid, this.keys)));
  }

  /** yyyyMMddHHmmssSSS in Asia/Shanghai, on the sandbox's today. */
  #now(): string {
    const time = new Date(Date.now() + SHANGHAI_OFFSET_MS).toISOString().slice(11, 23);
    return `${this.today}${time}`.replace(/\D/g, '');
  }
}

function doubled(outcome: Outcome): Outcome {
  if (typeof outcome.output !== 'object' || outcome.output === null) return outcome;
  const members = Object.entries(outcome.output).map(([name, value]: [string, unknown]) => [
    name,
    Array.isArray(value) && name !== 'certnos' ? value.flatMap((row: unknown) => [row, row]) : value,
  ]);
  return { ...outcome, output: Object.fromEntries(members) as unknown };
}

function reply(response: ServerResponse, bytes: Buffer): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length }).end(bytes);
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
