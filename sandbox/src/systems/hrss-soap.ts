import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { listen } from '../loopback.js';
import { JURISDICTIONS } from '../people/jurisdictions.js';
import { answerBytes, readCondition, readQuestion, type ResultSet, type SoapQuestion } from './hrss-soap-message.js';
import { SoapRegister } from './hrss-soap-register.js';
import { FaultSwitch, type Fault, type FaultKind, type StandIn, type StartStandIns } from './stand-in.js';

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
]);
const USER = 'yichuang';
/** Questions that one session bears. */
const SESSION_BEARS = 200;

/** The provincial cores behind SOAP 1.1, one path per province on one port: POST /{code}/services. */
export const startHrssSoap: StartStandIns = async (context) => {
  const password = randomBytes(16).toString('hex');
  const cores = new Map(
    JURISDICTIONS.filter(({ dialect }) => dialect === 'soap').map(({ code, system }) => [
      `/${code}/services`,
      new SoapCore(system, password, new SoapRegister(() => context.registers.jurisdictions.get(code))),
    ]),
  );
  const closing = new AbortController();
  const server = createServer((request, response) => {
    const core = request.method === 'POST' ? cores.get(request.url ?? '') : undefined;
    if (core) void core.serve(request, response, closing.signal).catch(() => response.destroy());
    else response.writeHead(404).end();
  });
  const { url } = await listen(server, context.port('hrss-soap'));
  return {
    systems: [...cores.values()],
    env: { HRSS_SOAP_URL: url, HRSS_SOAP_USER: USER, HRSS_SOAP_PASSWORD: password },
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
  /** Session → questions it still bears. */
  readonly #sessions = new Map<string, number>();

  constructor(
    readonly id: string,
    private readonly password: string,
    private readonly register: SoapRegister,
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
    else if (question.funid !== 'F00.01.03') send(response, refusal('E0404', '暂不支持该功能'));
    else if (!this.#bears(question)) send(response, refusal('E0101', '会话已失效，请重新登录'));
    else await this.#query(question, response, closing);
  }

  #logIn({ user, password }: SoapQuestion): Buffer {
    if (user !== USER || password !== this.password) return refusal('E0100', '用户名或密码错误');
    const sessionId = randomBytes(16).toString('hex');
    this.#sessions.set(sessionId, SESSION_BEARS);
    return answerBytes({ flag: '1', code: '0', message: '登录成功' }, { sessionId });
  }

  #bears({ sessionId = '', user }: SoapQuestion): boolean {
    const left = this.#sessions.get(sessionId) ?? 0;
    if (user !== USER || left === 0) {
      this.#sessions.delete(sessionId);
      return false;
    }
    this.#sessions.set(sessionId, left - 1);
    return true;
  }

  async #query(question: SoapQuestion, response: ServerResponse, closing: AbortSignal): Promise<void> {
    const fault = this.#switch.call();
    const kind = fault?.kind;
    // The connection stays open until the caller or the sandbox gives up.
    if (kind === 'hang') return;
    if (kind === 'drop') {
      response.destroy();
      return;
    }
    if (kind === 'latency') await delay(fault?.milliseconds ?? 1000, undefined, { signal: closing });
    if (kind === 'error-in-200') send(response, refusal('E9999', '系统异常：ORA-00942: 表或视图不存在'));
    else if (kind === 'closed') send(response, refusal('E0900', '系统维护中，请稍后再试'));
    else {
      const answer = this.#answer(question, kind);
      send(response, kind === 'truncate' ? answer.subarray(0, Math.floor(answer.length * 0.6)) : answer);
    }
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

function send(response: ServerResponse, bytes: Buffer): void {
  // Errors too are told inside HTTP 200.
  response.writeHead(200, { 'content-type': 'text/xml; charset=GBK', 'content-length': bytes.length }).end(bytes);
}
