import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { Call, type Port } from '../../src/agencies/call.js';
import { Circuit } from '../../src/circuit.js';
import { Deadlines } from '../../src/agencies/deadlines.js';
import { Exchange } from '../../src/agencies/exchange.js';
import { NO_TURN } from '../../src/agencies/failure.js';
import { Lane } from '../../src/agencies/lane.js';
import { DEFAULT_AGENCY } from '../../src/agencies/settings.js';
import { FakeAgency } from '../setup/fake-agency.js';
import { until } from '../setup/until.js';
import { clientOf, mutate, query } from './setup.js';

const NOT_SENT = { ok: false, failure: { code: 'AGENCY_TIMEOUT', detail: { agency: 'postal', sent: false } } };
const held: ServerResponse[] = [];
let agency: FakeAgency;
beforeEach(async () => {
  agency = await new FakeAgency((_, response) => void held.push(response)).start();
});
afterEach(async () => {
  held.length = 0;
  await agency.stop();
});

describe.each([
  ['a query', query],
  ['a mutation', mutate],
])('%s that is not sent', (_, ask) => {
  it('because its time is over before its turn comes says so', async () => {
    const client = clientOf(agency.url, { connections: 1 });
    const first = ask(client, { n: 0 });
    await until(() => held.length === 1);
    expect(await ask(client, { n: 1, leftMs: 50 })).toEqual(NOT_SENT);
    held[0]?.setHeader('content-type', 'application/json').end('{"data":{}}');
    await first;
    expect(agency.questions).toHaveLength(1);
    await client.close();
  });
});

/** A call without an agency. */
class Probe extends Call<object> {
  override readonly abandoned = false;
  result: object | undefined;

  constructor(
    port: Port,
    limitMs: number,
    readonly grant: (made: () => void) => void = (made) => {
      made();
    },
  ) {
    super(port, limitMs, false);
  }

  protected override request(_: number, made: (request: Dispatcher.DispatchOptions) => void): void {
    this.grant(() => {
      made({ method: 'POST', path: '/graphql' });
    });
  }

  protected override read(): object | undefined {
    return undefined;
  }

  protected override settled(result: object): void {
    this.result = result;
  }
}

describe('a call', () => {
  const handlers: Exchange[] = [];
  const lane = new Lane(1, 1);
  const port: Port = {
    settings: { ...DEFAULT_AGENCY, url: '' },
    dispatcher: { dispatch: (_, handler) => handler instanceof Exchange && handlers.push(handler) > 0 },
    lane,
    circuit: new Circuit(1, 1),
    deadlines: new Deadlines(),
  };
  beforeEach(() => {
    handlers.length = 0;
  });

  it('whose time is over when it would be sent at once is not sent', async () => {
    // Too little for the clock to show.
    const call = new Probe(port, 1e-12);
    call.begin();
    expect(call.result).toBeUndefined();
    await until(() => call.result !== undefined);
    expect(call.result).toBe(NO_TURN);
    expect([handlers.length, lane.underWay]).toEqual([0, 0]);
  });

  it('that gets its connection when its time is over, and before anybody has noticed, is not sent', async () => {
    const call = new Probe(port, 60_000);
    call.begin();
    const later = performance.now() + 60_000;
    const abort = jest.fn((error?: Error) => {
      if (error) handlers[0]?.onError(error);
    });
    const clock = jest.spyOn(performance, 'now').mockReturnValue(later);
    handlers[0]?.onConnect(abort);
    clock.mockRestore();
    expect(abort).toHaveBeenCalledTimes(1);
    await until(() => call.result !== undefined);
    expect(call.result).toBe(NO_TURN);
    expect(lane.underWay).toBe(0);
  });

  it('whose grant is there only when its time is over is not sent', async () => {
    let made: () => void = () => undefined;
    const call = new Probe(port, 20, (late) => {
      made = late;
    });
    call.begin();
    await until(() => call.result !== undefined);
    made();
    await until(() => lane.underWay === 0);
    expect([handlers.length, call.result]).toEqual([0, NO_TURN]);
  });
});
