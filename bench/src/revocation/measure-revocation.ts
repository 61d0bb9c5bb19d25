import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RESULTS } from '../own-program.js';
import { circumstances, writeSection } from '../readme-section.js';
import { quantile, shown, table } from '../statistics.js';
import { background, type Background } from './background.js';
import { Consenting, READ_SCOPE, STANDING_SCOPE, type Who } from './consenting.js';
import { watchRevocation, type Seen, type Standing } from './trial.js';
import { openTwoGateways, type TwoGateways } from './two-gateways.js';

const USAGE = `npm run bench -- revocation [options]

How soon a revocation binds: two gateway processes over one store, both under load. A consent is revoked at one while it is read on at the
other as fast as answers come.

  --count N          revocations, each of a consent of its own (1000)
  --load N           questions a second that rest on other consents, at each process (50)
  --on N             milliseconds for which is read on after the other process knows (50)
  --write            put the table into bench/README.md
`;
const EMPLOYER = 'employer-1';
const OTHERS = 20;
const TELL_EVERY = 50;
const TRIES = 3;

/** `npm run bench -- revocation`: from the answer to a revocation at one process to the refusal at another. */
export async function measureRevocation(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      count: { type: 'string', default: '1000' },
      load: { type: 'string', default: '50' },
      on: { type: 'string', default: '50' },
      write: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const folder = join(RESULTS, `revocation-${new Date().toISOString().replace(/[:.]/g, '-')}`);
  mkdirSync(folder, { recursive: true });
  const gateways = await openTwoGateways(folder);
  const revoking = new Consenting(gateways.revoking);
  const reading = new Consenting(gateways.reading);
  const loads: Background[] = [];
  try {
    const employer = await holder(gateways, EMPLOYER);
    const people = new People(gateways, { revoking, reading }, employer);
    const others: string[] = [];
    while (others.length < OTHERS) others.push((await people.next()).citizen);
    for (const gateway of [revoking, reading])
      loads.push(background(Number(values.load), (turn) => gateway.read(employer, others[turn % others.length] ?? '')));
    const begun = performance.now();
    const seen: Seen[] = [];
    let standing = await people.next();
    while (seen.length < Number(values.count)) {
      const watched = watchRevocation(standing, { revoking, reading, employer, onMs: Number(values.on) });
      const [one, next] = await Promise.all([watched, people.next()]);
      seen.push(one);
      standing = next;
      if (seen.length % TELL_EVERY === 0) process.stderr.write(`${seen.length} revocations\n`);
    }
    const seconds = (performance.now() - begun) / 1_000;
    await Promise.all(loads.map((load) => load.stop()));
    const text = report(seen, loads, seconds, await gateways.lateUses());
    process.stdout.write(`${text}\n`);
    if (values.write) writeSection('How soon a revocation binds', `${circumstances()}. ${text}`);
  } finally {
    await Promise.all(loads.map((load) => load.stop()));
    await Promise.all([revoking.close(), reading.close()]);
    await gateways.close();
  }
}

/** Persons of the sandbox, each with two consents that were just given. */
class People {
  #life = 0;

  constructor(
    readonly gateways: TwoGateways,
    readonly at: { readonly revoking: Consenting; readonly reading: Consenting },
    readonly employer: Who,
  ) {}

  /** The next person about whom the other process answers. After the last one, the first gives new consents. */
  async next(): Promise<Standing> {
    const { lives } = this.gateways.world;
    for (;;) {
      const index = this.#life++ % lives.length;
      if (!lives[index]?.relations.length) continue;
      const person = await holder(this.gateways, `life-${index}`);
      const { revoking, reading } = this.at;
      const citizen = await revoking.referenceOf(person);
      await revoking.grant(this.employer, person, citizen, STANDING_SCOPE);
      const consent = await revoking.grant(this.employer, person, citizen, READ_SCOPE);
      // Of some the registers cannot say it; and what has just been given may not have been heard of.
      for (let time = 0; time < TRIES; time++)
        if ((await reading.read(this.employer, citizen)) === 'ALLOWED') return { person, citizen, consent };
    }
  }
}

async function holder(gateways: TwoGateways, key: string): Promise<Who> {
  return { authorization: `Bearer ${await gateways.token(key)}` };
}

function report(seen: readonly Seen[], loads: readonly Background[], seconds: number, lateUses: number): string {
  const row = (what: string, of: (one: Seen) => number): string[] => {
    const values = seen.map(of);
    return [what, ...[quantile(values, 0.5), quantile(values, 0.99), Math.max(...values)].map((value) => shown(value, 1))];
  };
  const figures = table(
    ['from the answer to the revocation at one process to', 'p50 ms', 'p99 ms', 'worst ms'],
    [
      row('the first refusal at the other that nothing allowed follows', ({ refused }) => refused),
      row('the last answer that was under way and still allowed', ({ lastAllowed }) => lastAllowed),
      row('the first refusal out of what the other has heard', ({ known }) => known),
    ],
  );
  const sum = (of: (one: Seen) => number): number => seen.reduce((total, one) => total + of(one), 0);
  const told = loads.map((load) => [...load.told].map(([what, times]) => `${what} ${times}`).join(', '));
  return [
    `${seen.length} revocations in ${shown(seconds, 0)} s, each of a consent of its own that was being read at the other process; load beside it: ${told.join('; ')}.`,
    figures,
    `0.0 ms: not later than the answer. Questions of the readers: ${sum(({ questions }) => questions)}; sent after the answer to the revocation and allowed all the same: ${sum(({ allowedLate }) => allowedLate)}; neither allowed nor refused: ${sum(({ others }) => others)}. Uses that the store counted after a revocation: ${lateUses}.`,
  ].join('\n\n');
}
