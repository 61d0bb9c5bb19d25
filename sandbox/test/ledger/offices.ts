import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { officesOf, type Agency, type OfficeAction, type OfficeOrder, type OfficeReceipt, type TransferOffice } from '@yichuang/kit';
import { Desk } from '../../src/ledger/desk.js';
import { generateWorld } from '../../src/people/generate.js';
import type { Life, World } from '../../src/people/model.js';
import { registersOf } from '../../src/people/registers.js';
import type { Registers } from '../../src/people/tables.js';
import type { StandIn, StandInContext, StandInGroup, StartStandIns } from '../../src/systems/stand-in.js';
import { inTime, loadRows } from '../systems/hrss-dialect.js';

/** Stand-ins of several dialects over one desk, and the offices by which an agency reaches them. */
export interface Offices {
  readonly world: World;
  readonly registers: Registers;
  readonly desk: Desk;
  readonly agencies: readonly Agency[];
  readonly groups: readonly StandInGroup[];
  at(jurisdiction: string): TransferOffice;
  standIn(id: string): StandIn;
  /** Ends the stand-ins of a prefix and starts them anew where they were, over the same desk and what they kept. */
  restart(prefix: string): Promise<void>;
  /** Somebody whose employees' pension at a jurisdiction can move, and whose rows there are clean; another one each time. */
  mover(jurisdiction: string): Life;
  close(): Promise<void>;
}

export const TODAY = '2026-11-20';
const cast = generateWorld({ people: 1500, seed: 7 });
const rows = registersOf(cast);

/** A world and a desk without any transport. */
export function freshDesk(): { readonly world: World; readonly registers: Registers; readonly desk: Desk } {
  return { world: cast, registers: rows, desk: new Desk({ registers: rows, today: TODAY }) };
}

/** Starts groups of stand-ins, by the prefix of their rows in the agency file. */
export async function startOffices(
  groups: Readonly<Record<string, StartStandIns>>,
  more: Partial<StandInContext> = {},
  over: { readonly limits?: Record<string, number>; readonly settings?: Record<string, unknown> } = {},
): Promise<Offices> {
  const folder = mkdtempSync(join(tmpdir(), 'yichuang-offices-'));
  const { world, registers, desk } = freshDesk();
  const started: StandInGroup[] = [];
  const again = new Map<string, () => Promise<void>>();
  const agencies: Agency[] = [];
  for (const [prefix, start] of Object.entries(groups)) {
    const own = join(folder, prefix);
    mkdirSync(own);
    const context = { world, registers, desk, port: () => 0, folder: own, today: TODAY, ...more };
    const group = await start(context);
    const place = started.push(group) - 1;
    again.set(prefix, async () => {
      await started[place]?.close();
      const address = Object.values(group.env).find((text) => URL.canParse(text) && new URL(text).port !== '');
      started[place] = await start({ ...context, port: () => Number(new URL(address ?? '').port) });
    });
    agencies.push(
      loadRows(prefix, group.env, own, { limits: { deadlineMs: 5000, breakAfter: 100, ...over.limits }, settings: over.settings ?? {} }),
    );
  }
  const taken = new Set<string>();
  return {
    world,
    registers,
    desk,
    agencies,
    groups: started,
    at(jurisdiction) {
      const office = agencies.flatMap((agency) => officesOf(agency)(jurisdiction) ?? [])[0];
      if (!office) throw new Error(`there is no office of ${jurisdiction}`);
      return office;
    },
    standIn(id) {
      const found = started.flatMap(({ systems }) => systems).find((system) => system.id === id);
      if (!found) throw new Error(`there is no ${id}`);
      return found;
    },
    restart: (prefix) => again.get(prefix)?.() ?? Promise.reject(new Error(`there are no ${prefix}`)),
    mover(jurisdiction) {
      const found = movers(world, registers, jurisdiction).find(({ number }) => !taken.has(number));
      if (!found) throw new Error(`nobody can move from ${jurisdiction}`);
      taken.add(found.number);
      return found;
    },
    async close() {
      for (const agency of agencies) await agency.close();
      for (const group of started) await group.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Lives with one ordinary 110 relation of some months at a jurisdiction, no pension, and no dirt anywhere. */
export function movers(world: World, registers: Registers, jurisdiction: string): readonly Life[] {
  const dirty = new Set(registers.manifest.map(({ lifeIndex }) => lifeIndex));
  return world.lives.filter((life, index) => {
    const here = life.relations.filter((relation) => relation.jurisdiction === jurisdiction && relation.scheme === '110');
    const [relation] = here;
    return (
      // The manifest knows personas by their keys.
      index >= world.personas.length &&
      !dirty.has(index) &&
      here.length === 1 &&
      relation?.accountKind === 'ORDINARY' &&
      relation.state !== 'ENDED' &&
      relation.contributions.length > 12 &&
      (relation.contributions[0]?.month ?? '') >= '1998-01' &&
      life.benefits.length === 0 &&
      life.diedOn === undefined
    );
  });
}

/** Orders of one case, by its steps. */
export function ordersOf(
  caseNumber: string,
  citizenNumber: string,
  from: string,
  to: string,
  more: Partial<OfficeOrder> = {},
): (action: OfficeAction, at: 'SOURCE' | 'TARGET', also?: Partial<OfficeOrder>) => OfficeOrder {
  return (action, at, also = {}) => ({
    key: `${caseNumber}:${action}-${at}`,
    action,
    jurisdiction: at === 'SOURCE' ? from : to,
    citizenNumber,
    scheme: '110',
    accountKind: 'ORDINARY',
    from,
    to,
    month: '2026-11',
    ...more,
    ...also,
  });
}

/** A receipt of something done. */
export function done(receipt: OfficeReceipt | undefined): OfficeReceipt & { readonly state: 'DONE' } {
  if (receipt?.state !== 'DONE') throw new Error(`not done: ${JSON.stringify(receipt)}`);
  return receipt;
}

/** Moves a relation from one office to the other, as the machinery does when nothing goes wrong. */
export async function carryThrough(
  offices: Offices,
  caseNumber: string,
  life: Life,
  from: string,
  to: string,
): Promise<OfficeReceipt & { readonly state: 'DONE' }> {
  const order = ordersOf(caseNumber, life.number, from, to);
  const [source, target] = [offices.at(from), offices.at(to)];
  const settle = async (office: TransferOffice, one: OfficeOrder): Promise<OfficeReceipt & { readonly state: 'DONE' }> => {
    let receipt = await office.act(one, inTime());
    while (receipt.state === 'PENDING') {
      for (const group of offices.groups) await group.night?.();
      receipt = (await office.inquire(one.jurisdiction, one.key, inTime())) ?? receipt;
    }
    return done(receipt);
  };
  await settle(target, order('OPEN', 'TARGET'));
  await settle(source, order('FREEZE', 'SOURCE'));
  const exported = await settle(source, order('EXPORT', 'SOURCE'));
  if (!exported.sheet || !exported.figures) throw new Error('the sheet is missing');
  await settle(source, order('PAY', 'SOURCE'));
  await settle(target, order('IMPORT', 'TARGET', { sheet: exported.sheet }));
  await settle(target, order('RECEIVE', 'TARGET', { figures: exported.figures }));
  await settle(source, order('CONFIRM', 'SOURCE'));
  await settle(target, order('CONFIRM', 'TARGET'));
  return exported;
}
