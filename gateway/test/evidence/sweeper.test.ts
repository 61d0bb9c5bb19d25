import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from '@jest/globals';
import { entriesAbout } from '../../src/evidence/entries.js';
import { closeUnfinished } from '../../src/evidence/sweeper.js';
import { openStore, type Store } from '../../src/store/store.js';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { asks, intentAbout, recorderOver, WANG } from './setup/record.js';

let database: TestDatabase;
let url: string;
let store: Store;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.stop());
beforeEach(async () => {
  url = await database.another();
  store = await openStore({ url });
});
afterEach(() => store.close());

const results = async (): Promise<Record<string, unknown>> =>
  Object.fromEntries(
    (await entriesAbout(store.db, WANG, { first: 50, after: undefined })).map(({ decision_id: decision, result }) => [decision, result]),
  );

describe('what a process that was killed left open', () => {
  it('is closed as UNKNOWN, once, and what was finished stays as it is', async () => {
    const program = fileURLToPath(new URL('./setup/asking.ts', import.meta.url));
    const child = spawn(process.execPath, ['--conditions=@yichuang/source', '--import', 'tsx', program, url], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await results()).toEqual({ answered: 'ANSWERED', open: null });
    expect(await closeUnfinished(store.db, 60_000)).toBe(0);
    expect(await closeUnfinished(store.db, 0)).toBe(1);
    expect(await closeUnfinished(store.db, 0)).toBe(0);
    expect(await results()).toEqual({ answered: 'ANSWERED', open: 'UNKNOWN' });
  });

  it('has the outcome that comes after all', async () => {
    const { recorder } = recorderOver(store);
    const question = asks();
    await recorder.intent(question, [intentAbout([WANG])]);
    expect(await closeUnfinished(store.db, 0)).toBe(1);
    recorder.outcome(question, 'PARTIAL');
    await recorder.close();
    expect(await results()).toEqual({ 'd-1': 'PARTIAL' });
  });

  it('is closed by one of several processes', async () => {
    const other = await openStore({ url });
    const { recorder } = recorderOver(store);
    await Promise.all(Array.from({ length: 20 }, (_, i) => recorder.intent(asks(), [intentAbout([WANG], { decisionId: `d-${i}` })])));
    await recorder.close();
    const closed = await Promise.all([store, other, store, other].map(({ db }) => closeUnfinished(db, 0)));
    expect(closed.reduce((sum, one) => sum + one, 0)).toBe(20);
    await other.close();
  });

  it('is not looked for further back than the sweep before, so that a sweep does not cost more as the record grows', async () => {
    const { recorder } = recorderOver(store);
    await recorder.intent(asks(), [intentAbout([WANG])]);
    await recorder.close();
    await closeUnfinished(store.db, 0);
    const { swept_to: sweptTo } = await store.db.selectFrom('access_sweep').select('swept_to').executeTakeFirstOrThrow();
    expect(Math.abs(Date.now() - sweptTo.getTime())).toBeLessThan(60_000);
  });
});
