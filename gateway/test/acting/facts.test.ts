import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CitizenRef } from '@yichuang/schema';
import { ACTING_CHANNEL, Journals } from '../../src/acting/record.js';
import { Delegations } from '../../src/acting/delegations.js';
import { KnownActingFacts } from '../../src/acting/facts.js';
import { isRefusal } from '../../src/acting/refusal.js';
import { ChangeChannel } from '../../src/store/change-channel.js';
import { KeptReads, type Changes } from '../../src/store/kept.js';
import { openStore, type Store } from '../../src/store/store.js';
import { ownServer } from '../setup/database.js';
import { until } from '../setup/until.js';
import { citizen, person, SCOPES, seal } from './setup/acting.js';

/** One process of the hub: its own connections, its own memory. */
interface Process {
  readonly delegations: Delegations;
  readonly facts: KnownActingFacts;
  readonly channel: ChangeChannel;
  close(): Promise<void>;
}

let database: Awaited<ReturnType<typeof ownServer>>;
const processes: Process[] = [];
async function start(): Promise<Process> {
  const store: Store = await openStore({ url: database.url });
  const channel = await ChangeChannel.open(store, ACTING_CHANNEL, { heartbeatMs: 50, leaseMs: 1_000 });
  const facts = new KnownActingFacts(store, SCOPES, channel);
  const journals = new Journals(store.db, (key) => {
    channel.tell(key);
  });
  const started: Process = {
    delegations: new Delegations(journals, seal, SCOPES),
    facts,
    channel,
    close: async () => {
      facts.close();
      channel.close();
      await store.close();
    },
  };
  processes.push(started);
  return started;
}
let [here, there]: Process[] = [];
beforeAll(async () => {
  database = await ownServer();
  [here, there] = [await start(), await start()];
});
afterAll(async () => {
  for (const one of processes) await one.close();
  await database.server.stop();
});

const processesOf = (): { here: Process; there: Process } => {
  if (!here || !there) throw new Error('not started');
  return { here, there };
};
let born = 0;
const pair = (): [CitizenRef, CitizenRef] => [person('19600101', ++born), person('19600101', ++born)];
const inForce = async ({ facts }: Process, from: CitizenRef, to: CitizenRef): Promise<number> =>
  ((await facts.delegations([from], to)).get(from) ?? []).length;
const helping = async ({ delegations }: Process, from: CitizenRef, to: CitizenRef): Promise<string> => {
  const offer = { to, scopes: ['pension.months:count'], relationship: 'CHILD', days: 30 } as const;
  const offered = await delegations.offer(citizen(from), offer, true);
  if (isRefusal(offered)) throw new Error('refused');
  await delegations.act(citizen(to), offered.id, 'ACCEPT');
  return offered.id;
};

describe('what a process knows of who acts', () => {
  it('counts what was taken back here no more at once, and there as soon as it is heard of', async () => {
    const { here, there } = processesOf();
    for (let i = 0; i < 10; i++) {
      const [elder, helper] = pair();
      const id = await helping(here, elder, helper);
      await until(async () => (await inForce(there, elder, helper)) === 1);
      expect(await inForce(here, elder, helper)).toBe(1);
      await here.delegations.act(citizen(elder), id, 'REVOKE');
      expect(await inForce(here, elder, helper)).toBe(0);
      await until(async () => (await inForce(there, elder, helper)) === 0);
    }
  });

  it('rejects when the store is down, so that nothing rests on it, and is right again afterwards', async () => {
    const { here } = processesOf();
    const [elder, helper] = pair();
    const id = await helping(here, elder, helper);
    expect(await inForce(here, elder, helper)).toBe(1);
    await database.server.stop();
    await until(() => Promise.resolve(!here.channel.trusted));
    await expect(here.facts.delegations([elder], helper)).rejects.toThrow();
    await expect(here.facts.emergencyOf('w', { kind: 'HRSS_OFFICE', code: '440000' })).rejects.toThrow();
    expect(id).toMatch(/^dlg_/);
  });
});

describe('reads that are kept', () => {
  const changes = (): Changes & { readonly tell: (key: string) => void; trusted: boolean } => {
    const heard: Parameters<Changes['hear']>[0][] = [];
    return {
      trusted: true,
      tell: (key) => {
        for (const listener of heard) listener.changed(key);
      },
      hear: (listener) => {
        heard.push(listener);
        return () => undefined;
      },
    };
  };

  it('are made once for all who ask at once, and not again until something changes', async () => {
    const told = changes();
    const kept = new KeptReads<number>(told, 10);
    let reads = 0;
    const read = (keys: readonly string[]): Promise<ReadonlyMap<string, number>> => {
      reads++;
      return Promise.resolve(new Map(keys.map((key) => [key, reads])));
    };
    const ask = async (): Promise<number | undefined> => (await kept.of(['a'], read)).get('a')?.value;
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
    expect(await ask()).toBe(1);
    told.tell('a');
    expect(await ask()).toBe(2);
    told.trusted = false;
    expect([await ask(), await ask()]).toEqual([3, 4]);
  });

  it('are not kept when a change overtakes them', async () => {
    const told = changes();
    const kept = new KeptReads<string>(told, 10);
    let finish = (): void => undefined;
    const slow = kept.of(['a'], async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return new Map([['a', 'before']]);
    });
    told.tell('a');
    const after = await kept.of(['a'], () => Promise.resolve(new Map([['a', 'after']])));
    finish();
    expect([(await slow).get('a')?.value, after.get('a')?.value]).toEqual(['before', 'after']);
    expect((await kept.of(['a'], () => Promise.reject(new Error('asked again')))).get('a')?.value).toBe('after');
  });
});
