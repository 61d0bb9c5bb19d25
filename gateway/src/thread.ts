import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a thread with none of the flags of the process.
 * @param source the thread's module, written `new URL('./…-thread.ts', import.meta.url)` beside it: programs that are joined from the
 *   sources have the address of the joined thread put there. A source is read through tsx.
 */
export function startThread(source: URL, options: WorkerOptions): Worker {
  const compiled = import.meta.url.endsWith('.js');
  const { href } = compiled ? new URL(source.href.replace(/\.ts$/, '.js')) : source;
  if (!href.endsWith('.ts')) return new Worker(new URL(href), { ...options, execArgv: [] });
  // `--import tsx` does nothing in a thread. The condition is for imports of the workspace.
  const tsx = `require('node:module').register('tsx/esm', ${JSON.stringify(href)}, { data: {} });`;
  const execArgv = ['--conditions=@yichuang/source'];
  return new Worker(`${tsx} import(${JSON.stringify(href)});`, { ...options, execArgv, eval: true });
}
