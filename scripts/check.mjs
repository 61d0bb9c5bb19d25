// npm run check: everything that must hold beside the tests. One line per step, the output of a step only when it failed, and
// `N passed, N failed` in the last line.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, ensureNode, root } from './install.mjs';

ensureNode();
ensureInstalled();
const bin = (name) => [join(root, 'node_modules', '.bin', name)];
const source = (file) => [process.execPath, '--conditions=@yichuang/source', '--import', 'tsx', file];
const steps = [
  ['lint', [...bin('eslint'), '.', '--max-warnings', '0']],
  // All sources and tests as one program; that each package can be built by itself is seen without looking at its types again.
  ['types', [...bin('tsc'), '-p', 'tsconfig.test.json']],
  ['types of the console', [...bin('vue-tsc'), '-p', 'console']],
  ['build', [...bin('tsc'), '-b', '--noCheck']],
  ['format', [...bin('prettier'), '--check', '--log-level', 'warn', '.']],
  ['dead code', bin('knip')],
  [
    'arrows',
    [
      ...bin('depcruise'),
      'rules',
      'schema',
      'kit',
      'gateway',
      'subgraphs',
      'sandbox',
      'bench',
      'console',
      '--config',
      '.dependency-cruiser.mjs',
    ],
  ],
  ['supergraph', [...source('gateway/src/graph/compose.cli.ts'), '--check']],
  ['generated parameters', [...source('rules/src/parameters/generate.cli.ts'), '--check']],
  ['generated code', [...source('schema/src/generate.cli.ts'), '--check']],
  [
    'documents of the console',
    [
      ...source('gateway/src/cli/documents.ts'),
      ...['--schema', 'schema/supergraph.graphql', '--documents', 'console/src/**/*.graphql'],
      ...['--client', 'console', '--out', 'console/src/generated', '--check'],
    ],
  ],
];

function run([name, [command, ...args]]) {
  return new Promise((resolve) => {
    const from = Date.now();
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, FORCE_COLOR: '0' } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.on('error', (error) => (output += error.message));
    child.on('close', (code) => {
      const seconds = ((Date.now() - from) / 1000).toFixed(1);
      console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
      if (code !== 0) console.log(output.trimEnd().replace(/^/gm, '    '));
      resolve(code === 0);
    });
  });
}

const results = [];
const waiting = [...steps];
// As many steps at a time as there are processors, two at most: each of them wants much memory.
const lanes = Array.from({ length: Math.min(2, availableParallelism()) }, async () => {
  for (let step = waiting.shift(); step; step = waiting.shift()) results.push(await run(step));
});
await Promise.all(lanes);
const failed = results.filter((passed) => !passed).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
