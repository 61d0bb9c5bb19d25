/*
 * npm run bench: the whole hub over the sandbox. With a word first: something else.
 */

type Benchmark = (args: readonly string[]) => Promise<void>;

const BENCHMARKS: ReadonlyMap<string, () => Promise<Benchmark>> = new Map([
  ['hub', async () => (await import('./hub/measure-hub.js')).measureHub],
  ['peers', async () => (await import('./peers/rounds.js')).comparePeers],
  ['pair', async () => (await import('./peers/pair.js')).comparePairs],
  ['access', async () => (await import('./access/measure-access.js')).measureAccess],
  ['outlook', async () => (await import('./outlook/measure-outlooks.js')).measureOutlooks],
  ['events', async () => (await import('./events/measure-events.js')).measureEvents],
  ['revocation', async () => (await import('./revocation/measure-revocation.js')).measureRevocation],
  ['transfers', async () => (await import('./transfers/measure-transfers.js')).measureTransfers],
  ['profile', async () => (await import('./profile/profile.js')).profileGateway],
]);

const args = process.argv.slice(2);
const word = args[0]?.startsWith('--') ? undefined : args.shift();
const benchmark = BENCHMARKS.get(word ?? 'hub');
if (!benchmark) {
  process.stderr.write(`There is no benchmark ${word ?? ''}; there are ${[...BENCHMARKS.keys()].join(', ')}.\n`);
  process.exit(1);
}
try {
  await (
    await benchmark()
  )(args);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// What is still open, such as connections kept for later, is of no use to anybody.
process.exit();
