// node scripts/run.mjs FILE ARGS: runs a TypeScript file of the repository from its sources, installing first when needed.
import { spawn } from 'node:child_process';
import { ensureInstalled, ensureNode, root } from './install.mjs';

ensureNode();
ensureInstalled();
const child = spawn(process.execPath, ['--conditions=@yichuang/source', '--import', 'tsx', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
// A terminal sends Ctrl-C to both; this process only has to outlive the child.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exit(code ?? (signal ? 1 : 0));
});
