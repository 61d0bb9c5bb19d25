import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ORDER_FAULTS, type Fault, type FaultKind, type FaultSwitch } from './stand-in.js';
import { bindOtherKeys, errorMessage, MessageCutter, openingKind, readyForQuery, statementOf, typeOf } from './hrss-sql-wire.js';

/** What a database can do wrong. */
export const SQL_FAULTS: ReadonlySet<FaultKind> = new Set([
  'latency',
  'hang',
  'drop',
  'error-in-200',
  'truncate',
  'duplicate-rows',
  'wrong-person',
  'closed',
  ...ORDER_FAULTS,
]);

interface SqlProxyOptions {
  /** Where to listen on 127.0.0.1; 0 lets the system choose. */
  readonly port: number;
  /** PostgreSQL's own port. */
  readonly upstream: number;
  readonly faults: FaultSwitch;
  /** Keys of somebody the database knows and who is not among the statement's keys, for the fault wrong-person. */
  readonly stranger: (bind: Buffer) => readonly string[];
  /** Told which fault an order meets at the office itself, before it goes through. */
  readonly orderMeets: (fault: Fault) => void;
}

export interface SqlProxy {
  readonly port: number;
  /** Ends all sessions, as an administrator does before a maintenance window. */
  endSessions(): void;
  close(): Promise<void>;
}

/**
 * Stands before PostgreSQL, counts the statements that read a view or hand an order in, and misbehaves on request. It reads the protocol on both sides, so
 * that a fault hits exactly one statement; everything else goes through as it is.
 */
export async function startSqlProxy(options: SqlProxyOptions): Promise<SqlProxy> {
  const sessions = new Set<Session>();
  const server: Server = createServer((client) => {
    const session = new Session(client, options);
    sessions.add(session);
    client.once('close', () => sessions.delete(session));
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    endSessions: () => {
      for (const session of sessions) session.end();
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const session of sessions) session.cut();
      await closed;
    },
  };
}

/** What is done to the server's messages while they answer a statement; undefined ends the session there. */
type Treatment = (message: Buffer) => Buffer | undefined;

class Session {
  readonly #upstream: Socket;
  readonly #fromClient = new MessageCutter('CLIENT');
  readonly #fromServer = new MessageCutter('SERVER');
  readonly #stopped = new AbortController();
  #opened = false;
  #unit: Buffer[] = [];
  #treatment: Treatment | undefined;
  /** Statements are treated one after the other, also when one is held back. */
  #turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: Socket,
    private readonly options: SqlProxyOptions,
  ) {
    this.#upstream = connect(options.upstream, '127.0.0.1');
    for (const socket of [client, this.#upstream]) {
      socket.setNoDelay(true);
      // Either side may go at any time; the other then goes too.
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.cut();
      });
    }
    client.on('data', (chunk) => {
      for (const message of this.#fromClient.cut(chunk)) this.#fromClientCame(message);
    });
    this.#upstream.on('data', (chunk) => {
      for (const message of this.#fromServer.cut(chunk)) this.#fromServerCame(message);
    });
  }

  /** Ends the session with the message of a shutdown. */
  end(): void {
    this.client.end(errorMessage('FATAL', '57P01', 'terminating connection due to administrator command'));
    this.#upstream.destroy();
  }

  /** Ends the session without a word. */
  cut(): void {
    this.#stopped.abort();
    this.client.destroy();
    this.#upstream.destroy();
  }

  #fromClientCame(message: Buffer): void {
    if (!this.#opened) {
      const kind = openingKind(message);
      if (kind === 'ENCRYPTION') {
        this.client.write('N');
        return;
      }
      this.#opened = true;
      // A log-in that is refused stands for the question it was for.
      if (kind === 'STARTUP' && this.options.faults.current?.kind === 'closed') {
        this.options.faults.call();
        this.client.end(errorMessage('FATAL', '57P03', 'the database system is shut down outside its service hours'));
        return;
      }
      this.#upstream.write(message);
      return;
    }
    this.#unit.push(message);
    const type = typeOf(message);
    // Parse, Bind, Describe, Execute wait for their Sync; everything else stands alone.
    if ('PBDE'.includes(type)) return;
    const unit = this.#unit;
    this.#unit = [];
    this.#turn = this.#turn
      .then(() => this.#forward(unit))
      .catch(() => {
        this.cut();
      });
  }

  async #forward(unit: readonly Buffer[]): Promise<void> {
    const { faults } = this.options;
    const fault = says(unit, / office\.submit\(/i)
      ? faults.order()
      : says(unit, / FROM v_| office\.receipt\(/i)
        ? faults.call()
        : undefined;
    if (fault) await this.#misbehave(fault, unit);
    else this.#upstream.write(Buffer.concat(unit));
  }

  async #misbehave(fault: Fault, unit: readonly Buffer[]): Promise<void> {
    switch (fault.kind) {
      case 'drop':
        this.cut();
        return;
      case 'hang':
        // The caller's own deadline ends the session.
        return;
      case 'closed':
        this.end();
        return;
      case 'error-in-200':
        this.client.write(
          Buffer.concat([errorMessage('ERROR', 'XX001', 'could not read block 42 in file "base/16384/2608"'), readyForQuery()]),
        );
        return;
      case 'truncate':
        this.#treatment = cutWithinRows();
        break;
      case 'duplicate-rows':
        this.#treatment = (message) => (typeOf(message) === 'D' ? Buffer.concat([message, message]) : message);
        break;
      case 'wrong-person':
        this.#upstream.write(
          Buffer.concat(
            unit.map((message) => (typeOf(message) === 'B' ? bindOtherKeys(message, this.options.stranger(message)) : message)),
          ),
        );
        return;
      case 'latency':
        await delay(fault.milliseconds ?? 0, undefined, { signal: this.#stopped.signal });
        break;
      case 'wrong-encoding':
      case 'stale-file':
      case 'rate-limit':
        break;
      case 'lost-answer':
        this.#treatment = (message) => (typeOf(message) === 'Z' ? undefined : Buffer.alloc(0));
        break;
      case 'duplicate-order':
      case 'late-order':
      case 'refused-order':
      case 'wrong-figures':
      case 'wrong-fund':
        this.options.orderMeets(fault);
        break;
    }
    this.#upstream.write(Buffer.concat(unit));
  }

  #fromServerCame(message: Buffer): void {
    const treated = this.#treatment ? this.#treatment(message) : message;
    if (!treated) {
      this.client.end(message.subarray(0, Math.ceil(message.length / 2)));
      this.#upstream.destroy();
      return;
    }
    if (typeOf(message) === 'Z') this.#treatment = undefined;
    this.client.write(treated);
  }
}

/** Lets one row through and ends within the next message. */
function cutWithinRows(): Treatment {
  let rows = 0;
  return (message) => {
    const type = typeOf(message);
    if (type === 'C' || (type === 'D' && rows === 1)) return undefined;
    if (type === 'D') rows++;
    return message;
  };
}

/** True when one of the statements is of that kind. */
function says(unit: readonly Buffer[], kind: RegExp): boolean {
  return unit.some((message) => 'PQ'.includes(typeOf(message)) && kind.test(statementOf(message)));
}
