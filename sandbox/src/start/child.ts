/**
 * Launcher of every process that `npm start` runs: `child PROGRAM [PACKAGE...]`. It loads the packages while the parent still collects
 * the environment, then takes the environment from the parent and runs the program. When the parent is gone, so is the child.
 */
import { pathToFileURL } from 'node:url';

const [program, ...packages] = process.argv.slice(2);
if (program === undefined || !process.send) throw new Error('This is started by npm start only.');

process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
});

const environment = new Promise<Record<string, string>>((resolve) => {
  process.once('message', (message) => {
    resolve((message as { environment: Record<string, string> }).environment);
  });
});

for (const name of packages) await import(name);
Object.assign(process.env, await environment);
// A module that has nothing left to do may end, as it would without a parent.
process.channel?.unref();
process.argv.splice(1, process.argv.length, program);
await import(pathToFileURL(program).href);
