import { askOnce, ONE_WINDOW_QUERY, personaToken } from './first-question.js';
import { buildConsole } from './console.js';
import { Hub, PortsTaken, type HubAddresses } from './hub.js';
import { readOptions, USAGE, type StartOptions } from './options.js';
import { PartFailed } from './part.js';
import { Screen } from './screen.js';

const PERSONA = 'courier-four-provinces';

/**
 * `npm start`: brings the hub and its sandbox up, shows how to ask, and stays until it is told to stop. Ends the process itself: exit
 * code 0 after an orderly stop, 1 when something failed, 2 for wrong options.
 * @param since when the command was given, in milliseconds since the epoch
 */
export async function main(args: readonly string[], root: string, since: number): Promise<void> {
  const screen = new Screen(process.stdout, since);
  const read = readOptions(args, process.env);
  if (read.kind !== 'START') {
    screen.line(read.kind === 'HELP' ? USAGE : `${read.message}\n\n${USAGE}`);
    process.exit(read.kind === 'HELP' ? 0 : 2);
  }

  const hub = new Hub(root, screen);
  stopOnSignals(hub, screen);
  try {
    screen.title(`Yichuang 一窗: a sandbox of ${read.options.people} people, four agencies and the gateway`);
    const addresses = await hub.start(read.options);
    await present(addresses, root, screen);
    const ended = await hub.ended((sentence) => {
      if (!stopping) screen.failed('agency down', `${sentence}; the others go on`);
    });
    if (stopping) return;
    screen.failed('stopped', `${ended}; see .data/logs`);
  } catch (error) {
    if (stopping) return;
    explain(error, screen, read.options);
  }
  stopping = true;
  await hub.stop();
  process.exit(1);
}

let stopping = false;

/** The first signal stops in order, a second one at once. A closed terminal (SIGHUP) and an npm that was ended count as signals. */
function stopOnSignals(hub: Hub, screen: Screen): void {
  // A closed terminal or pipe must not keep the stop from running.
  process.stdout.on('error', () => undefined);
  const stop = (): void => {
    if (stopping) {
      hub.kill();
      process.exit(1);
    }
    stopping = true;
    screen.line('\nStopping …');
    void hub.stop().then(() => {
      screen.line('Stopped.');
      process.exit(0);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);

  // npm passes a SIGTERM on to its shell only, which ends and leaves this process to another parent.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event !== undefined) {
    setInterval(() => {
      if (process.ppid !== parent && !stopping) stop();
    }, 500).unref();
  }
}

async function present(addresses: HubAddresses, root: string, screen: Screen): Promise<void> {
  const graphql = `${addresses.gateway}/graphql`;
  const token = await personaToken(addresses.issuer, PERSONA);
  const answer = await askOnce(graphql, token);
  const detail = `${answer.answered.length} of 4 agencies in ${answer.milliseconds} ms`;
  if (answer.missing.length === 0) screen.done('first answer', detail);
  else screen.failed('first answer', `${detail}; nothing from ${answer.missing.join(', ')}`);
  const seconds = screen.seconds();
  for (const error of answer.errors.slice(0, 5)) screen.line(`      ${error}`);

  const pages = `${addresses.gateway}/console/`;
  if (await buildConsole(root)) screen.done('console', pages);
  else screen.failed('console', 'the pages could not be built; npm run build says why');

  screen.line();
  screen.title('What runs where');
  screen.row('one window', graphql);
  screen.row('console', pages);
  screen.row('explorer', `${addresses.gateway}/`);
  for (const { name, url } of addresses.agencies) screen.row(name, url);
  screen.row('sandbox control', `${addresses.control}/systems`);
  screen.row('identity provider', addresses.issuer);
  screen.row('logs', '.data/logs');

  screen.line();
  screen.title(`A token for the persona ${PERSONA} (8 hours; more personas: ${addresses.control}/personas)`);
  screen.line(token);
  screen.line();
  screen.title('Paste this to ask all four agencies about this person');
  screen.line(`curl -s ${graphql} -H 'content-type: application/json' -H 'authorization: Bearer ${token}' \\`);
  screen.line(`  -d '${JSON.stringify({ query: ONE_WINDOW_QUERY.replace(/\s+/g, ' ') })}'`);
  screen.line();
  screen.line(`From npm start to the first answer: ${seconds} s. Ctrl-C stops everything.`);
}

function explain(error: unknown, screen: Screen, options: StartOptions): void {
  if (error instanceof PortsTaken) {
    for (const { port, part, reason } of error.ports) screen.failed(`port ${port}`, `${reason}, and ${part} needs it`);
    screen.line();
    screen.line(
      error.ports.every(({ name }) => name === 'gateway')
        ? 'Choose another port for it:  npm start -- --port N'
        : `Move everything to other ports:  npm start -- --port-base ${options.firstPort === 7000 ? 8000 : 7000}`,
    );
  } else if (error instanceof PartFailed) {
    screen.failed(error.part, error.reason);
    for (const line of error.lastLines) screen.line(`      ${line}`);
    screen.line(`      (all of it: ${error.logFile})`);
  } else {
    screen.failed('start', error instanceof Error ? error.message : String(error));
  }
}
