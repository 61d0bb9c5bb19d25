import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * Brings the console that the gateway serves up to date with its sources, in a process of its own.
 * @returns false when it could not be built
 */
export function buildConsole(root: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'scripts', 'console.mjs')], { cwd: root, stdio: 'ignore' });
    child.on('error', () => {
      resolve(false);
    });
    child.on('exit', (code) => {
      resolve(code === 0);
    });
  });
}
