// npm test: runs Jest on the sources, arguments passed on, and says `N passed, N failed` in its last line.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, ensureNode, root } from './install.mjs';

ensureNode();
ensureInstalled();
const folder = mkdtempSync(join(tmpdir(), 'yichuang-jest-'));
const resultFile = join(folder, 'result.json');
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const { status } = spawnSync(process.execPath, [jest, '--json', `--outputFile=${resultFile}`, ...process.argv.slice(2)], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: {
    ...process.env,
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim(),
    APOLLO_TELEMETRY_DISABLED: '1',
  },
});

let passed = 0;
let failed = status === 0 ? 0 : 1;
try {
  const result = JSON.parse(readFileSync(resultFile, 'utf8'));
  passed = result.numPassedTests;
  // A file that could not be run has no tests to count; it is one failure.
  failed = Math.max(failed, result.numFailedTests + result.numRuntimeErrorTestSuites);
} catch {
  // Jest ended without a result: its exit code says whether that was meant (for example --help).
}
rmSync(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
