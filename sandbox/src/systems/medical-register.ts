import { fenOf } from '../ledger/amounts.js';
import type { Life, World } from '../people/model.js';
import { enrolmentKey, medicalDirt, paymentKey, plantedIn, type MedicalDirtKind } from './medical-dirt.js';
import { agencySideRow, baseinfoRow, clctinfoRow, insuinfoRow, type MedicalRow } from './medical-rows.js';

/** What the platform holds of one person, as 1101 answers it. */
export interface InsuredPerson {
  readonly baseinfo: MedicalRow;
  readonly insuinfo: readonly MedicalRow[];
}

/** The tables of one person, as orders of transfers ask and change them. */
export interface InsuredBooks {
  readonly personNumber: string;
  readonly insuinfo: readonly MedicalRow[];
  readonly clctinfo: readonly MedicalRow[];
}

/** The platform's tables, with the dirt that the manifest lists. Rows are made when they are asked for. */
export class MedicalRegister {
  readonly #lives: ReadonlyMap<string, { readonly life: Life; readonly index: number }>;
  readonly #dirt: ReadonlyMap<number, MedicalDirtKind>;
  /** What stands there instead since transfers have changed it. */
  readonly #changed = new Map<string, InsuredBooks>();

  constructor(
    world: World,
    /** Today in Asia/Shanghai, YYYY-MM-DD. */
    readonly today: string,
  ) {
    this.#lives = new Map(world.lives.map((life, index) => [life.number, { life, index }]));
    this.#dirt = medicalDirt(world);
  }

  /** Whether somebody lives under this number. */
  knows(certno: string): boolean {
    return this.#lives.has(certno);
  }

  /** What the tables hold of the person now. */
  books(certno: string): InsuredBooks {
    const changed = this.#changed.get(certno);
    if (changed) return changed;
    const person = this.person(certno);
    return { personNumber: person?.baseinfo['psn_no'] ?? '', insuinfo: person?.insuinfo ?? [], clctinfo: this.clctInfo(certno) };
  }

  put(certno: string, books: InsuredBooks): void {
    this.#changed.set(certno, books);
  }

  /** All personal accounts before the first transfer, fen; a balance that cannot be read counts for nothing, on every day alike. */
  generatedBalances(): number {
    let sum = 0;
    for (const certno of this.#lives.keys()) {
      for (const { balc = '' } of this.#generated(certno)?.insuinfo ?? []) sum += fenOf(balc) ?? 0;
    }
    return sum;
  }

  /** Undefined for a number under which nobody is insured. */
  person(certno: string): InsuredPerson | undefined {
    const generated = this.#generated(certno);
    const changed = this.#changed.get(certno);
    return generated && changed ? { ...generated, insuinfo: changed.insuinfo } : generated;
  }

  #generated(certno: string): InsuredPerson | undefined {
    const found = this.#lives.get(certno);
    if (!found || found.life.medical.length === 0) return undefined;
    const { life } = found;
    const dirt = this.#plantedIn(found);
    const number = dirt?.field === 'certno' && dirt.stored !== undefined ? { certno: dirt.stored } : {};
    const name = dirt?.field === 'psn_name' && dirt.stored !== undefined ? { psn_name: dirt.stored } : {};
    return {
      baseinfo: { ...baseinfoRow(life, this.today), ...number, ...name },
      insuinfo: life.medical.map((enrolment) => {
        const row = insuinfoRow(life, enrolment, this.today);
        const soiled = dirt?.table === 'insuinfo' && dirt.rowKey === enrolmentKey(enrolment) && dirt.stored !== undefined;
        return soiled ? { ...row, [dirt.field]: dirt.stored } : row;
      }),
    };
  }

  /** Rows of insuInfo, the agency's table, for one person. */
  insuInfo(certno: string): readonly MedicalRow[] {
    const person = this.person(certno);
    return person ? person.insuinfo.map((row) => agencySideRow(person.baseinfo, row)) : [];
  }

  /** Rows of clctInfo, the agency's table of payments, for one person. */
  clctInfo(certno: string): readonly MedicalRow[] {
    const changed = this.#changed.get(certno);
    if (changed) return changed.clctinfo;
    const found = this.#lives.get(certno);
    if (!found) return [];
    const { life } = found;
    const dirt = this.#plantedIn(found);
    const number = this.person(certno)?.baseinfo['certno'] ?? certno;
    return life.medical.flatMap((enrolment) =>
      enrolment.payments.flatMap((payment) => {
        const row: MedicalRow = { ...clctinfoRow(life, enrolment, payment), certno: number };
        if (dirt?.table !== 'clctinfo' || dirt.rowKey !== paymentKey(enrolment, payment.month) || dirt.stored === undefined) return [row];
        // A reversal is a row of its own; everything else stands in the row itself.
        if (dirt.expect.outcome === 'KEPT') return [row, { ...row, psnAmt: negative(row['psnAmt']), empAmt: negative(row['empAmt']) }];
        return [{ ...row, [dirt.field]: dirt.stored }];
      }),
    );
  }

  /** Somebody who is insured and has paid, but is not one of these. */
  stranger(certnos: readonly string[]): string | undefined {
    for (const { life } of this.#lives.values()) {
      if (!certnos.includes(life.number) && life.medical.some(({ payments }) => payments.length > 0)) return life.number;
    }
    return undefined;
  }

  #plantedIn({ life, index }: { readonly life: Life; readonly index: number }): ReturnType<typeof plantedIn> {
    const kind = this.#dirt.get(index);
    return kind && plantedIn(life, kind);
  }
}

const negative = (amount: string | undefined): string =>
  amount === undefined || amount === '' || amount === '0.00' ? (amount ?? '') : `-${amount}`;
