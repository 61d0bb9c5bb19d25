import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'pg';
import { citizenSeal } from '@yichuang/schema';
import { JURISDICTIONS } from '../people/jurisdictions.js';
import { Rng } from '../people/rng.js';
import { applicationsOf, type FireApplication } from './applications.js';
import { auditOf, dueTo } from './audit.js';
import { Burning } from './burning.js';
import { Callers } from './callers.js';
import { followersOf, type Follower } from './followers.js';
import { casesIn, Offices, TRANSFER, underWayIn, type StandingCase } from './offices.js';
import type { FireOptions } from './options.js';
import { openSite, type Site } from './site.js';

/** How a fire went. */
export interface FireReport {
  /** What differs from what must be; empty: nothing was lost, made or done twice. */
  readonly wrong: readonly string[];
  /** Cases by how they stand. */
  readonly standing: Readonly<Record<string, number>>;
  /** Cases by kind and how they ended. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Cases of 人社 by the dialects of the place they leave and the place they go to. */
  readonly dialects: Readonly<Record<string, number>>;
  /** Applications that were refused, by kind and code. */
  readonly refused: Readonly<Record<string, number>>;
  readonly troubles: Readonly<Record<string, number>>;
  readonly events: number;
  /** Connections of those who followed. */
  readonly connections: number;
  /** Requests that were sent again because no answer came. */
  readonly repeated: number;
  readonly seconds: number;
  /** Folder of the logs, where something was wrong. */
  readonly logs: string;
}

const AT_ONCE = 6;
const ROUND_MS = 250;
/** How long it may take until all that is under way has come to an end, once no trouble is made any more. */
const SETTLE_MS = 15 * 60_000;
const FOLLOW_MS = 3 * 60_000;

/** Carries cases of all kinds over all dialects through a site that burns, and looks at the end whether every fen and event is there. */
export async function fire(root: string, options: FireOptions): Promise<FireReport> {
  const begun = Date.now();
  const site = await openSite(root, options);
  const pool = new Pool({ connectionString: site.store.superuserUrl, max: 4 });
  pool.on('error', () => undefined);
  let wrong: readonly string[] = ['it did not come to its end'];
  try {
    const burning = new Fire(site, pool, options);
    const report = await burning.run();
    ({ wrong } = report);
    return { ...report, seconds: Math.round((Date.now() - begun) / 1000), logs: site.logs };
  } finally {
    await pool.end();
    await site.close(wrong.length > 0);
  }
}

class Fire {
  readonly #callers: Callers;
  readonly #followers: readonly Follower[];
  readonly #offices: Offices;
  readonly #lives = new Map<string, string>();
  readonly #refused = new Map<string, number>();
  readonly #burning: Burning;
  readonly #wrong: string[] = [];
  #accepted = 0;
  /** Cases that have not ended, and that have, when they were last looked at. */
  #open = Infinity;
  #ended = 0;
  #isCalm = false;

  constructor(
    private readonly site: Site,
    private readonly pool: Pool,
    private readonly options: FireOptions,
  ) {
    this.#burning = new Burning(site, options);
    this.#callers = new Callers(site.gatewayUrl, site.identity);
    this.#followers = followersOf(site.gatewayUrl, this.#callers, options.seed);
    this.#offices = new Offices(this.#callers, (citizen) => this.#lives.get(citizen) ?? '', options.seed);
  }

  async run(): Promise<Omit<FireReport, 'seconds' | 'logs'>> {
    const { say } = this.options;
    const followed = new AbortController();
    setMaxListeners(this.#followers.length, followed.signal);
    const following = this.#followers.map((one) => one.follow(followed.signal));
    await until(() => this.#followers.every(({ begun }) => begun), FOLLOW_MS, 'not everybody follows');
    const before = await this.#burning.ledgers();
    const calm = new AbortController();
    const nights = this.#burning.nights();
    say('it burns');
    const burning = this.#burning.burn(calm.signal).then(() => {
      this.#isCalm = true;
      say('it is calm');
    });
    const [cases] = await Promise.all([this.#carry(), this.#apply(calm), burning]).finally(() => {
      calm.abort();
    });
    await nights.stop();
    say('everything is over; the books are looked at');
    const after = await this.#burning.ledgers();
    await this.#caughtUp();
    followed.abort();
    await Promise.all(following);
    const audit = await auditOf(this.pool, cases, this.#followers, { before, after, ledgerFiles: this.site.ledgerFiles });
    const { rows } = await this.pool.query<{ readonly events: number }>('select count(*)::int as events from transfers.transfer_event');
    return {
      wrong: [...this.#wrong, ...audit],
      standing: counted(
        cases.map(({ state, ended, hold }) => (ended ? state : `${state}, ${hold?.code ?? ''} ${hold?.reason ?? ''}`.trim())),
      ),
      kinds: counted(cases.map(({ kind, state, ended }) => `${kind} ${ended ? state : 'OPEN'}`)),
      dialects: counted(
        cases.flatMap(({ agency, source, target }) => (agency === 'hrss' ? [`${dialectOf(source)} → ${dialectOf(target)}`] : [])),
      ),
      refused: Object.fromEntries([...this.#refused].sort()),
      troubles: Object.fromEntries(this.#burning.troubles),
      events: rows[0]?.events ?? 0,
      connections: this.#followers.reduce((sum, { connections }) => sum + connections, 0),
      repeated: this.#callers.repeated,
    };
  }

  /** Opens the cases, as many as the time lets; when all are open and enough have ended, or the time is over, it is calm. */
  async #apply(calm: AbortController): Promise<void> {
    const { world, keys } = this.site;
    const seal = citizenSeal(keys.CITIZEN_REF_KEY);
    const left = [...applicationsOf(world, this.options.seed)];
    const end = Date.now() + this.options.minutes * 60_000;
    const rng = new Rng(this.options.seed, 5);
    const applicant = async (): Promise<void> => {
      while (this.#accepted < this.options.cases && Date.now() < end) {
        const next = left.shift();
        if (!next) return;
        const citizen = seal.seal(next.citizen);
        this.#lives.set(citizen, `life-${next.life}`);
        await this.#applyFor(next, citizen, rng.chance(0.1));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, applicant));
    this.options.say(`${this.#accepted} cases are open or have been`);
    while (Date.now() < end && !(this.#burning.hasBurnt && this.#ended >= this.#open * 3)) await pause(ROUND_MS);
    calm.abort();
  }

  /** @param twice sends the same request twice at the same moment */
  async #applyFor({ kind, from, to, statements }: FireApplication, citizen: string, twice: boolean): Promise<void> {
    const said = kind === 'MEDICAL' ? statements : { kind, statements };
    const input = { citizen, from, to, ...said, requestKey: `fire-${kind}-${from}-${citizen.slice(-24)}` };
    const as = this.#lives.get(citizen) ?? '';
    const what = TRANSFER[kind === 'MEDICAL' ? 'medical-insurance' : 'hrss'];
    const ask = () => this.#callers.act({ as, mutation: `applyFor${what}`, inputType: `ApplyFor${what}Input`, input });
    const [answer, again] = await Promise.all([ask(), twice ? ask() : undefined]);
    // One of two may come while a register is silent, and is refused.
    const numbers = new Set([answer, again].flatMap((one) => one?.number ?? []));
    if (numbers.size > 1) this.#wrong.push(`one application became ${[...numbers].join(' and ')}`);
    if (numbers.size > 0) this.#accepted++;
    else {
      const refusal = `${kind} ${answer.refused ?? ''}`;
      this.#refused.set(refusal, (this.#refused.get(refusal) ?? 0) + 1);
    }
  }

  /** Offices and persons see to what waits for them, until there is nothing left to see to. */
  async #carry(): Promise<readonly StandingCase[]> {
    let calmSince: number | undefined;
    let told = 0;
    for (;;) {
      const { open, ended } = await again(() => underWayIn(this.pool));
      [this.#open, this.#ended] = [open.length, ended];
      const seen = this.#offices.round(open);
      if (Math.floor(ended / 50) > told) {
        told = Math.floor(ended / 50);
        this.options.say(`${ended} of ${ended + open.length} cases have ended`);
      }
      if (this.#isCalm) {
        calmSince ??= Date.now();
        const settled = seen === 0 && open.every(({ hold }) => hold !== null);
        if (settled || Date.now() - calmSince > SETTLE_MS) return again(() => casesIn(this.pool));
      }
      await pause(ROUND_MS);
    }
  }

  async #caughtUp(): Promise<void> {
    const due = new Map<Follower, number>();
    for (const one of this.#followers) due.set(one, (await dueTo(this.pool, one.agency, one.place)).length);
    const all = () => this.#followers.every((one) => one.received.length >= (due.get(one) ?? 0));
    // Who has not caught up by then is told of by the audit.
    await until(all, FOLLOW_MS, '').catch(() => undefined);
  }
}

function dialectOf(place: string): string {
  return JURISDICTIONS.find(({ code }) => code === place)?.dialect ?? '';
}

/** The store may be away. */
async function again<T>(read: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch {
      await pause(ROUND_MS);
    }
  }
}

async function until(condition: () => boolean, withinMs: number, otherwise: string): Promise<void> {
  const end = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(otherwise);
    await pause(ROUND_MS);
  }
}

function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
