import { GRANT_HEADER } from '@yichuang/schema';
import { Pool, type Dispatcher } from 'undici';
import { Circuit } from '../circuit.js';
import { isErrorCode } from '../graph/request-errors.js';
import type { GrantMinter } from '../grants/minter.js';
import { Call, type Port } from './call.js';
import { Deadlines } from './deadlines.js';
import { CallFailure, wasNotSent } from './failure.js';
import { Lane } from './lane.js';
import { readReply, type AgencyFailure, type Ask, type AskContext, type ReadReply, type Reply, type ReportedError } from './reply.js';
import type { AgencySettings } from './settings.js';
import { readSystems, type ReportedSystem } from './systems.js';
import type { ReadText } from './text.js';
import { AgencyTracker } from './tracker.js';

/** Told of every call, for metrics and the log; never of its content. */
export type CallObserver = (call: {
  readonly agency: string;
  /** `NOT_ASKED`: the agency was left alone, or the call's turn did not come. */
  readonly outcome: 'OK' | 'NOT_ASKED' | AgencyFailure['code'];
  readonly milliseconds: number;
}) => void;

/** What one agency takes of the hub at this moment. */
export interface AgencyPressure {
  /** Calls under way. */
  readonly underWay: number;
  /** Calls waiting for their turn. */
  readonly waiting: number;
  /** Calls that have not been answered yet, those that rest before a second attempt included. */
  readonly open: number;
  readonly circuit: Circuit['state'];
}

const SYSTEMS_CACHE_MS = 1_000;

/** The hub's side of one agency: its connections, its deadline, what it may answer, when it is left alone, and how it is doing. */
export class AgencyClient {
  readonly tracker = new AgencyTracker();
  /** Most representations in one call. */
  readonly maxBatch: number;
  readonly #pool: Pool;
  readonly #port: Port;
  /** Reports about systems come from another route: what they show opens or closes nothing for the questions. */
  readonly #systemsPort: Port;
  readonly #address: Address;
  #closed: Promise<void> | undefined;
  #systems: { readonly until: number; readonly answer: Promise<readonly ReportedSystem[] | undefined> } | undefined;

  /**
   * @param name name of the agency in the supergraph
   * @param grants makes what a call carries to show whom it is for; undefined for subgraphs that know nothing of it
   */
  constructor(
    readonly name: string,
    readonly settings: AgencySettings,
    readonly grants: GrantMinter | undefined,
    readonly observe: CallObserver = () => undefined,
  ) {
    this.maxBatch = settings.maxBatch;
    const url = new URL(settings.url);
    this.#address = {
      path: url.pathname + url.search,
      systemsPath: new URL('systems', url).pathname,
    };
    // Deadlines are the calls' own: the pool's timers would only cost.
    this.#pool = new Pool(url.origin, {
      connections: settings.connections,
      pipelining: 1,
      connect: { timeout: settings.connectTimeoutMs },
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const lane = new Lane(settings.connections, settings.maxWaiting);
    this.#port = {
      settings,
      dispatcher: this.#pool,
      lane,
      circuit: new Circuit(settings.breakAfter, settings.breakForMs),
      deadlines: new Deadlines(() => {
        lane.letGo();
      }),
    };
    this.#systemsPort = { ...this.#port, circuit: new Circuit(settings.breakAfter, settings.breakForMs) };
  }

  get pressure(): AgencyPressure {
    const { lane, deadlines, circuit } = this.#port;
    return { underWay: lane.underWay, waiting: lane.waiting, open: deadlines.open, circuit: circuit.state };
  }

  /**
   * Asks the subgraph, and hands the reply over exactly once, never in the same turn, at the latest when the agency's or the question's
   * deadline is over. Never throws: a failure is an answer. A query may be sent twice, a mutation never is.
   */
  ask(ask: Ask, context: AskContext, answered: (reply: Reply) => void): void {
    const limit = Math.min(this.settings.deadlineMs, context.remainingMs());
    if (limit > 0) new QuestionCall(this, this.#port, this.#address, limit, ask, context, answered).begin();
    else process.nextTick(answered, { ok: false, failure: { code: 'QUESTION_TIMEOUT', detail: { agency: this.name, sent: false } } });
  }

  /** The agency's own systems and how they are doing; undefined when it cannot be reached. Kept for a second. */
  systems(context: AskContext): Promise<readonly ReportedSystem[] | undefined> {
    const now = performance.now();
    if (!this.#systems || this.#systems.until < now) {
      const limit = Math.max(1, Math.min(this.settings.deadlineMs, context.remainingMs()));
      const answer = new Promise<readonly ReportedSystem[] | undefined>((resolve) => {
        new SystemsCall(this, this.#systemsPort, this.#address, limit, resolve).begin();
      });
      this.#systems = { until: now + SYSTEMS_CACHE_MS, answer };
    }
    return this.#systems.answer;
  }

  /** Lets the calls under way end, and closes the connections. Closing twice is closing once. */
  close(): Promise<void> {
    return (this.#closed ??= this.#pool.close());
  }
}

const THIRD_PARTY_HEADERS = ['accept', 'application/json', 'content-type', 'application/json'];

interface Address {
  readonly path: string;
  readonly systemsPath: string;
}

class QuestionCall extends Call<ReadReply> {
  readonly #client: AgencyClient;
  readonly #address: Address;
  /** Until it is answered: a question's data must not live as long as whatever still knows of the call. */
  #ask: Ask | undefined;
  #context: AskContext | undefined;
  #answered: ((reply: Reply) => void) | undefined;

  constructor(
    client: AgencyClient,
    port: Port,
    address: Address,
    limitMs: number,
    ask: Ask,
    context: AskContext,
    answered: (reply: Reply) => void,
  ) {
    super(port, limitMs, !ask.document.mutation);
    this.#client = client;
    this.#address = address;
    this.#ask = ask;
    this.#context = context;
    this.#answered = answered;
  }

  /** What changes something is sent all the same: whoever asked for it may count on it. */
  override get abandoned(): boolean {
    const ask = this.#ask;
    if (!ask || !this.repeatable) return false;
    return ask.abandoned ? ask.abandoned() : this.#context?.abandoned === true;
  }

  /** A second attempt has a grant of its own: an agency takes none twice. */
  protected override request(leftMs: number, made: (request: Dispatcher.DispatchOptions | undefined) => void): void {
    const { path } = this.#address;
    const { name, grants } = this.#client;
    const ask = this.#ask;
    const context = this.#context;
    const body = ask ? `${ask.document.head}${ask.variables}}` : '';
    if (!grants) {
      made({ method: 'POST', path, headers: THIRD_PARTY_HEADERS, body });
      return;
    }
    grants.mint({ audience: name, body, caller: context?.profile?.caller, release: ask?.release }, (grant) => {
      made(
        grant === undefined
          ? undefined
          : {
              method: 'POST',
              path,
              headers: [
                GRANT_HEADER,
                grant,
                'accept',
                'application/json',
                'content-type',
                'application/json',
                'yichuang-question',
                context?.questionId ?? '',
                'yichuang-deadline-ms',
                String(Math.max(0, Math.floor(leftMs))),
              ],
              body,
            },
      );
    });
  }

  protected override readAtOnce(bytes: Buffer): ReadReply | undefined {
    return this.#ask?.document.reader?.read(bytes);
  }

  protected override read({ value, writing }: ReadText): ReadReply | undefined {
    return readReply(value, writing);
  }

  protected override settled(result: ReadReply | CallFailure, milliseconds: number): void {
    const { name, tracker, observe } = this.#client;
    const answered = this.#answered;
    this.#ask = undefined;
    this.#context = undefined;
    this.#answered = undefined;
    if (!(result instanceof CallFailure)) {
      tracker.record(result.errors.some(isAgencyError) ? 'ANSWERED_IN_PART' : 'ANSWERED', milliseconds);
      observe({ agency: name, outcome: 'OK', milliseconds });
      answered?.(result);
      return;
    }
    if (result.sign !== 'NOTHING') tracker.record(result.sign === 'FAILS' ? 'FAILED' : 'REFUSED', milliseconds);
    observe({ agency: name, outcome: wasNotSent(result) ? 'NOT_ASKED' : result.code, milliseconds });
    answered?.({ ok: false, failure: { code: result.code, detail: detailOf(this.#client, result) } });
  }
}

class SystemsCall extends Call<readonly ReportedSystem[]> {
  readonly #client: AgencyClient;
  readonly #address: Address;
  readonly #resolve: (systems: readonly ReportedSystem[] | undefined) => void;

  constructor(
    client: AgencyClient,
    port: Port,
    address: Address,
    limitMs: number,
    resolve: (systems: readonly ReportedSystem[] | undefined) => void,
  ) {
    super(port, limitMs, true);
    this.#client = client;
    this.#address = address;
    this.#resolve = resolve;
  }

  /** Its answer is kept for whoever asks next. */
  override get abandoned(): boolean {
    return false;
  }

  protected override request(_leftMs: number, made: (request: Dispatcher.DispatchOptions | undefined) => void): void {
    const { systemsPath: path } = this.#address;
    const { name, grants } = this.#client;
    if (!grants) {
      made({ method: 'GET', path, headers: ['accept', 'application/json'] });
      return;
    }
    grants.mint({ audience: name, body: '', caller: undefined, release: undefined }, (grant) => {
      made(grant === undefined ? undefined : { method: 'GET', path, headers: [GRANT_HEADER, grant, 'accept', 'application/json'] });
    });
  }

  protected override read({ value }: ReadText): readonly ReportedSystem[] | undefined {
    return readSystems(value);
  }

  protected override settled(result: readonly ReportedSystem[] | CallFailure): void {
    this.#resolve(result instanceof CallFailure ? undefined : result);
  }
}

function isAgencyError({ extensions: { code } }: ReportedError): boolean {
  return isErrorCode(code) && code.startsWith('AGENCY_');
}

function detailOf({ name, tracker: { failingSince } }: AgencyClient, failure: CallFailure): AgencyFailure['detail'] {
  const { retryAfterSeconds } = failure;
  return {
    agency: name,
    ...(failingSince ? { since: failingSince.toISOString() } : {}),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(wasNotSent(failure) ? { sent: false } : {}),
  };
}
