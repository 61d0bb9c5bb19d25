import { setTimeout as pause } from 'node:timers/promises';
import type { LedgerView } from '../ledger/order-desk.js';
import type { Ledgers } from './audit.js';
import type { FireOptions } from './options.js';
import type { Site } from './site.js';
import { troublesOf, type ShownSystem, type Trouble } from './troubles.js';

/** Makes troubles at a site, and lets its nights pass. */
export class Burning {
  /** How often each was made. */
  readonly troubles = new Map<string, number>();
  /** What happens in every fire has happened. */
  hasBurnt = false;

  constructor(
    private readonly site: Site,
    private readonly options: Pick<FireOptions, 'seed' | 'dayMs'>,
  ) {}

  /** Troubles until it is calm; then everything is made whole. */
  async burn(calm: AbortSignal): Promise<void> {
    const systems = (await (await fetch(`${this.site.controlUrl}/systems`)).json()) as readonly ShownSystem[];
    const ministry = /ministry/;
    const plan = troublesOf(
      this.options.seed,
      systems.filter(({ id }) => !ministry.test(id)),
    );
    const lasting: Promise<void>[] = [];
    for (const { afterMs, trouble, early = false } of plan) {
      // Whoever is killed before they have come back does nothing that could go wrong, and on a slow machine nothing else would happen.
      if (!early && (trouble.what === 'KILL' || trouble.what === 'CRASH_STORE')) await this.site.whole();
      this.hasBurnt ||= !early;
      await pause(afterMs, undefined, { signal: calm }).catch(() => undefined);
      if (calm.aborted) break;
      const name = trouble.what === 'KILL' ? `KILL ${trouble.member}` : trouble.what === 'FAULT' ? trouble.fault.kind : trouble.what;
      this.troubles.set(name, (this.troubles.get(name) ?? 0) + 1);
      if (trouble.what === 'DOWN') lasting.push(this.#make(trouble));
      else await this.#make(trouble);
    }
    await Promise.all(lasting);
    await this.site.whole();
    await this.#control('DELETE', '/faults');
  }

  /** Offices that work at night work once in a simulated day. */
  nights(): { stop(): Promise<void> } {
    const over = new AbortController();
    const running = (async () => {
      const dayOver = (): Promise<boolean> => pause(this.options.dayMs, true, { signal: over.signal }).catch(() => false);
      while (await dayOver()) await this.#control('POST', '/nights');
    })();
    return {
      stop: async () => {
        over.abort();
        await running;
      },
    };
  }

  /** What the offices hold now. */
  async ledgers(): Promise<Ledgers> {
    const { medical, ...own } = (await (await fetch(`${this.site.controlUrl}/ledger`)).json()) as LedgerView & {
      readonly medical: LedgerView;
    };
    return { hrss: own, 'medical-insurance': medical };
  }

  async #make(trouble: Trouble): Promise<void> {
    switch (trouble.what) {
      case 'KILL':
        this.site.members[trouble.member].strike();
        return;
      case 'CRASH_STORE':
        await this.site.store.crash();
        return;
      case 'RESTART_DATABASES':
        await this.#control('POST', '/postgres/restart');
        return;
      case 'FAULT':
        await this.#control('PUT', `/systems/${trouble.system}/fault`, trouble.fault);
        return;
      case 'DOWN':
        await this.#control('PUT', `/systems/${trouble.system}/fault`, { kind: trouble.kind });
        await pause(this.options.dayMs);
        await this.#control('DELETE', `/systems/${trouble.system}/fault`);
    }
  }

  /** Stand-ins that are just being started again have lost their faults anyway. */
  async #control(method: string, path: string, body?: unknown): Promise<void> {
    const json = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    await fetch(`${this.site.controlUrl}${path}`, { method, ...json, signal: AbortSignal.timeout(60_000) }).catch(() => undefined);
  }
}
