// Jest's global setup: the process with the server that test files share. Jest calls what it returns nothing of; `jest-store-end.mjs` ends it.
import { fork } from 'node:child_process';
import { once } from 'node:events';

export default async function start() {
  const child = fork(new URL('server.ts', import.meta.url), {
    execArgv: ['--conditions=@yichuang/source', '--import', 'tsx'],
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the process of the test files' PostgreSQL ended with ${code}`);
  });
  const [address] = await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => {});
  process.env.TEST_STORE_URL = `http://127.0.0.1:${address.port}/`;
  globalThis.endTestStore = async () => {
    const gone = once(child, 'exit');
    child.disconnect();
    await gone;
  };
}
