import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { OfficeCounter } from '../ledger/counter.js';
import { paperOf, type Paper } from '../ledger/papers.js';
import { listen } from '../loopback.js';
import { JURISDICTIONS } from '../people/jurisdictions.js';
import { answerBytes, inUpperCase, readCondition, readQuestion, type ResultSet, type SoapQuestion } from './hrss-soap-message.js';
import { SoapRegister } from './hrss-soap-register.js';
import { keptText } from './kept.js';
import { BEFORE_THE_OFFICE, FaultSwitch, ORDER_FAULTS, type Fault, type FaultKind, type StandIn, type StartStandIns } from './stand-in.js';

const FAULTS: ReadonlySet<FaultKind> = new Set([
  'latency',
  'hang',
  'drop',
  'error-in-200',
  'truncate',
  'wrong-encoding',
  'duplicate-rows',
  'wrong-person',
  'closed',
  ...ORDER_FAULTS,
]);
const USER = 'yichuang';
/** The account that orders, and asks nothing else. */
const ORDER_USER = 'yichuang-zy';
const ORDER = 'F00.02.01';
const INQUIRY = 'F00.02.02';
/** Questions that one session bears. */
const SESSION_BEARS = 200;

/** The provincial cores behind SOAP 1.1, one path per province on one port: POST /{code}/services. */
export const startHrssSoap: StartStandIns = async (context) => {
  const { desk, folder } = context;
  const [password, orderPassword] = [keptText(folder, 'password'), keptText(folder, 'order-password')];
  const closing = new AbortController();
  const counter = desk && new OfficeCounter(desk, closing.signal);
  const accounts = new Map([
    [USER, password],
    [ORDER_USER, orderPassword],
  ]);
  const cores = new Map(
    JURISDICTIONS.filter(({ dialect }) => dialect === 'soap').map(({ code, system }) => {
      const register = () => context.registers.jurisdictions.get(code);
      const changed = () => desk?.books.changed(code) ?? new Map<string, never>();
      return [`/${code}/services`, new SoapCore(system, accounts, new SoapRegister(register, changed), counter && { code, counter })];
    }),
  );
  const server = createServer((request, response) => {
    const core = request.method === 'POST' ? cores.get(request.url ?? '') : undefined;
    if (core) void core.serve(request, response, closing.signal).catch(() => response.destroy());
    else response.writeHead(404).end();
  });
  const { url } = await listen(server, context.port('hrss-soap'));
  return {
    systems: [...cores.values()],
    env: {
      HRSS_SOAP_URL: url,
      HRSS_SOAP_USER: USER,
      HRSS_SOAP_PASSWORD: password,
      HRSS_SOAP_ORDER_USER: ORDER_USER,
      HRSS_SOAP_ORDER_PASSWORD: orderPassword,
    },
    async close() {
      closing.abort();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
};

class SoapCore implements StandIn {
  readonly faults = FAULTS;
  readonly #switch = new FaultSwitch();
  /** Session → whose it is, and calls it still bears. */
  readonly #sessions = new Map<string, { readonly user: string; readonly left: number }>();

  constructor(
    readonly id: string,
    private readonly accounts: ReadonlyMap<string, string>,
    private readonly register: SoapRegister,
    private readonly office: { readonly code: string; readonly counter: OfficeCounter } | undefined,
  ) {}

  setFault(fault: Fault | undefined): void {
    this.#switch.set(fault);
  }

  calls(): number {
    return this.#switch.calls();
  }

  resetCalls(): void {
    this.#switch.resetCalls();
  }

  async serve(request: IncomingMessage, response: ServerResponse, closing: AbortSignal): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const question = readQuestion(Buffer.concat(chunks));
    if (!question) send(response, refusal('E0001', '报文格式错误'));
    else if (question.funid === 'F00.00.01') send(response, this.#logIn(question));
    else if (question.funid === ORDER || question.funid === INQUIRY) await this.#transfer(question, response, closing);
    else if (question.funid !== 'F00.01.03') send(response, refusal('E0404', '暂不支持该功能'));
    else if (!this.#bears(question, USER)) send(response, refusal('E0101', '会话已失效，请重新登录'));
    else await this.#query(question, response, closing);
  }

  #logIn({ user, password }: SoapQuestion): Buffer {
    if (password === undefined || password !== this.accounts.get(user)) return refusal('E0100', '用户名或密码错误');
    const sessionId = randomBytes(16).toString('hex');
    this.#sessions.set(sessionId, { user, left: SESSION_BEARS });
    return answerBytes({ flag: '1', code: '0', message: '登录成功' }, { sessionId });
  }

  #bears({ sessionId = '', user }: SoapQuestion, account: string): boolean {
    const session = this.#sessions.get(sessionId);
    if (user !== account || session?.user !== account || session.left === 0) {
      this.#sessions.delete(sessionId);
      return false;
    }
    this.#sessions.set(sessionId, { user, left: session.left - 1 });
    return true;
  }

  /** An order of a transfer, or what became of one. */
  async #transfer(question: SoapQuestion, response: ServerResponse, closing: AbortSignal): Promise<void> {
    if (!this.office) {
      send(response, refusal('E0404', '暂不支持该功能'));
      return;
    }
    if (!this.#bears(question, ORDER_USER)) {
      send(response, refusal('E0101', '会话已失效，请重新登录'));
      return;
    }
    const { code, counter } = this.office;
    const isOrder = question.funid === ORDER;
    const fault = isOrder ? this.#switch.order() : this.#switch.call();
    if (await this.#failsBefore(fault, response, closing)) return;
    const paper = paperOf(inUpperCase(question.business), question.rows);
    const receipt = paper && (isOrder ? counter.order(paper, [code], fault) : counter.inquire(paper, [code]));
    if (fault?.kind === 'lost-answer') response.destroy();
    else if (!receipt) send(response, refusal('E0002', '业务参数错误'));
    else sendCut(response, receiptBytes(receipt, fault?.kind), fault?.kind);
  }

  /** True when a fault has taken the call before it reached anybody. */
  async #failsBefore(fault: Fault | undefined, response: ServerResponse, closing: AbortSignal): Promise<boolean> {
    const kind = fault?.kind;
    if (kind === 'latency') await delay(fault?.milliseconds ?? 1000, undefined, { signal: closing });
    if (kind === 'drop') response.destroy();
    if (kind === 'error-in-200') send(response, refusal('E9999', '系统异常：ORA-00942: 表或视图不存在'));
    if (kind === 'closed') send(response, refusal('E0900', '系统维护中，请稍后再试'));
    // A call that hangs keeps its connection until the caller or the sandbox gives up.
    return kind !== undefined && BEFORE_THE_OFFICE.has(kind);
  }

  async #query(question: SoapQuestion, response: ServerResponse, closing: AbortSignal): Promise<void> {
    const fault = this.#switch.call();
    if (await this.#failsBefore(fault, response, closing)) return;
    sendCut(response, this.#answer(question, fault?.kind), fault?.kind);
  }

  #answer({ business }: SoapQuestion, fault: FaultKind | undefined): Buffer {
    const condition = readCondition(business.get('clientsql'));
    if (!condition || business.get('row_count') !== '-1' || business.get('startrow') !== '1') return refusal('E0002', '查询条件错误');
    const resultSets: ResultSet[] = [];
    for (const name of (business.get('tables') ?? '').split(',')) {
      const rows = this.register.rows(name, condition.column.toUpperCase(), condition.values);
      if (!rows) return refusal('E0002', '查询条件错误');
      const told =
        fault === 'wrong-person'
          ? this.register.othersRows(name, condition.values)
          : fault === 'duplicate-rows'
            ? rows.flatMap((row) => [row, row])
            : rows;
      resultSets.push({ name, rows: told, querysql: `select * from ${name} where ${business.get('clientsql') ?? ''}` });
    }
    return answerBytes({ flag: '1', code: '0', message: '操作成功' }, { resultSets }, fault === 'wrong-encoding');
  }
}

function refusal(code: string, message: string): Buffer {
  return answerBytes({ flag: '-1', code, message });
}

function receiptBytes({ head, rows }: Paper, fault: FaultKind | undefined): Buffer {
  const resultSets = [
    { name: 'IC89', rows: [head], querysql: '' },
    { name: 'IC91', rows, querysql: '' },
  ];
  return answerBytes({ flag: '1', code: '0', message: '操作成功' }, { resultSets }, fault === 'wrong-encoding');
}

function sendCut(response: ServerResponse, answer: Buffer, fault: FaultKind | undefined): void {
  send(response, fault === 'truncate' ? answer.subarray(0, Math.floor(answer.length * 0.6)) : answer);
}

function send(response: ServerResponse, bytes: Buffer): void {
  // Errors too are told inside HTTP 200.
  response.writeHead(200, { 'content-type': 'text/xml; charset=GBK', 'content-length': bytes.length }).end(bytes);
}
