import type { Pool } from 'pg';
import { Rng } from '../people/rng.js';
import type { Callers, Said } from './callers.js';

/** The agencies that carry cases. */
export type FireAgency = 'hrss' | 'medical-insurance';
/** Keys of their officers, before the place. */
export const OFFICERS: Readonly<Record<FireAgency, string>> = { hrss: 'caseworker', 'medical-insurance': 'medical-officer' };
/** How the acts of an agency are called: `acceptTransfer`, `acceptMedicalTransfer`. */
export const TRANSFER: Readonly<Record<FireAgency, string>> = { hrss: 'Transfer', 'medical-insurance': 'MedicalTransfer' };

/** A case as the agency has it. */
export interface StandingCase {
  readonly id: string;
  readonly number: string;
  readonly agency: FireAgency;
  readonly citizen: string;
  readonly kind: string;
  readonly source: string;
  readonly target: string;
  readonly state: string;
  readonly version: number;
  readonly hold: { readonly code: string; readonly step?: string; readonly reason?: string } | null;
  readonly orders: Readonly<Record<string, { readonly state: string; readonly round?: number } | undefined>>;
  readonly ended: boolean;
}

const COLUMNS = 'id, number, agency, citizen, kind, source, target, state, version, hold, orders, ended_at is not null as ended';

/** Every case there is, first applied for first. */
export async function casesIn(pool: Pool): Promise<readonly StandingCase[]> {
  return (await pool.query<StandingCase>(`select ${COLUMNS} from transfers.transfer_case order by applied_at, id`)).rows;
}

/** Those that have not ended, and how many have: thousands are not read again and again. */
export async function underWayIn(pool: Pool): Promise<{ readonly open: readonly StandingCase[]; readonly ended: number }> {
  const { rows } = await pool.query<StandingCase>(
    `select ${COLUMNS} from transfers.transfer_case where ended_at is null order by applied_at, id`,
  );
  const counted = await pool.query<{ readonly ended: number }>(
    'select count(*)::int as ended from transfers.transfer_case where ended_at is not null',
  );
  return { open: rows, ended: counted.rows[0]?.ended ?? 0 };
}

type Deed = 'WITHDRAW' | 'DISPUTE' | 'RETURN';
/** A case that is stopped again and again is given back by its office, if it can be. */
const MOST_TRIES = 4;
const AT_ONCE = 8;

/** The offices of both sides and the persons: each sees to the cases that wait for them; some call back, dispute or return. */
export class Offices {
  /** What was tried on a case that stands still. */
  readonly #tried = new Map<string, number>();
  readonly #deeds = new Map<string, Deed>();
  /** Cases, as they were when something was last done about them. */
  readonly #seen = new Map<string, number>();
  /** Cases that are being seen to. */
  readonly #busy = new Set<string>();
  #failed: { readonly error: unknown } | undefined;

  constructor(
    private readonly callers: Callers,
    /** Key of the person's token, by sealed reference. */
    private readonly personOf: (citizen: string) => string,
    private readonly seed: number,
  ) {}

  /**
   * One round over the cases that have not ended: nobody waits for who is slow with another case.
   * @returns how many wait, or are being seen to
   * @throws what a round before failed with
   */
  round(cases: readonly StandingCase[]): number {
    if (this.#failed) throw this.#failed.error;
    const waiting = cases.filter((one) => !this.#busy.has(one.id) && this.#seen.get(one.id) !== one.version && this.#waits(one));
    for (const one of waiting.slice(0, AT_ONCE - this.#busy.size)) void this.#seeTo(one);
    return Math.max(waiting.length, this.#busy.size);
  }

  async #seeTo(one: StandingCase): Promise<void> {
    this.#busy.add(one.id);
    try {
      await this.#see(one);
      this.#seen.set(one.id, one.version);
    } catch (error) {
      this.#failed = { error };
    } finally {
      this.#busy.delete(one.id);
    }
  }

  #waits({ state, hold, orders }: StandingCase): boolean {
    return hold !== null || (state === 'APPLIED' && !orders['OPEN']) || (state === 'LETTER_SENT' && !orders['FREEZE']);
  }

  async #see(one: StandingCase): Promise<Said> {
    if (one.hold) return this.#decide(one, one.hold);
    const rng = new Rng(this.seed, 4, Number(BigInt(`0x${one.id.slice(0, 8)}`)));
    if (!this.#deeds.has(one.id)) {
      const deed = rng.weighted<Deed | undefined>([
        [undefined, 84],
        ['WITHDRAW', 6],
        ['DISPUTE', 5],
        ['RETURN', 5],
      ]);
      if (deed !== undefined && (one.state === 'LETTER_SENT' || rng.chance(0.3))) {
        this.#deeds.set(one.id, deed);
        await this.#does(one, deed);
      }
    }
    return this.#acts(one, 'accept', one.state === 'APPLIED' ? 'target' : 'source');
  }

  #does(one: StandingCase, deed: Deed): Promise<Said> {
    if (deed === 'RETURN') return this.#acts(one, 'return', one.state === 'APPLIED' ? 'target' : 'source', '材料不全');
    return deed === 'WITHDRAW'
      ? this.#asks(one, `withdraw${TRANSFER[one.agency]}`, 'TransferActInput')
      : this.#asks(one, `dispute${TRANSFER[one.agency]}`, 'TransferReasonInput', { reason: '月数不对' });
  }

  #asks(one: StandingCase, mutation: string, inputType: string, more: Readonly<Record<string, string>> = {}): Promise<Said> {
    const input = { citizen: one.citizen, number: one.number, requestKey: keyOf(one, mutation), ...more };
    return this.callers.act({ as: this.personOf(one.citizen), mutation, inputType, input });
  }

  /** What stands still is tried again a few times, and then given back; money that differs cannot be talked over. */
  #decide(one: StandingCase, { code, step }: NonNullable<StandingCase['hold']>): Promise<Said> {
    if (code === 'OVERLAP_CLEARING') return this.#asks(one, 'chooseOverlap', 'ChooseOverlapInput', { keep: 'TARGET' });
    const tried = (this.#tried.get(one.id) ?? 0) + 1;
    this.#tried.set(one.id, tried);
    if (tried > MOST_TRIES && code !== 'PARKED') return this.#acts(one, 'return', 'target', '多次办理未成');
    if (code === 'DISPUTED') return this.#acts(one, 'override', 'target', '已向本人说明');
    if (code === 'AMOUNT_MISMATCH') return this.#acts(one, 'reconcile', 'target');
    const atSource = ['FREEZE', 'EXPORT', 'PAY', 'END', 'REPAY', 'RELEASE'].includes(step ?? '');
    return this.#acts(one, 'resume', atSource ? 'source' : 'target');
  }

  #acts(one: StandingCase, act: string, side: 'source' | 'target', reason?: string): Promise<Said> {
    const mutation = `${act}${TRANSFER[one.agency]}`;
    return this.callers.act({
      as: `${OFFICERS[one.agency]}-${one[side]}`,
      purpose: side === 'source' ? 'TRANSFER_OUT' : 'TRANSFER_IN',
      caseNumber: one.number,
      mutation,
      inputType: reason === undefined ? 'TransferActInput' : 'TransferReasonInput',
      input: {
        citizen: one.citizen,
        number: one.number,
        requestKey: keyOf(one, mutation),
        ...(reason === undefined ? {} : { reason }),
      },
    });
  }
}

/** The same act on the same case as it stands is the same request. */
const keyOf = ({ number, version }: StandingCase, mutation: string): string => `${number}-${version}-${mutation}`;
