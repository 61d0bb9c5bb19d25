import type { InformationSheet, OfficeOrder, TransferFigures } from '@yichuang/kit';
import type { Effect } from './decide.js';

/** What the offices of one case have done so far. */
export class CaseFile {
  /** Person number of the relation that is frozen at the source. */
  frozen: string | undefined;
  /** Its scheme: where two schemes of one jurisdiction are linked, it tells the one that is left. */
  scheme: string | undefined;
  paid: TransferFigures | undefined;
  sheet: InformationSheet | undefined;
  received: TransferFigures | undefined;
  ended = false;
  joined = false;
  /** Months that the target had of its own when the sheet was joined, yyyyMM. */
  twice: readonly string[] = [];
  /** They are cleared. */
  cleared = false;
  /** An office that has undone its part takes no late order of the same case any more. */
  sourceClosed = false;
  targetClosed = false;

  /** Notes the effect of an order. */
  take({ action, scheme }: OfficeOrder, { receipt, side, frozen, sheet, twice }: Effect): void {
    const { figures } = receipt;
    switch (action) {
      case 'FREEZE':
        this.frozen = frozen ?? this.frozen;
        this.scheme = scheme;
        break;
      case 'PAY':
        this.paid = figures;
        break;
      case 'IMPORT':
        this.sheet = sheet;
        break;
      case 'RECEIVE':
        this.received = figures;
        break;
      case 'CONFIRM':
        if (side !== 'TARGET') this.ended = true;
        if (side !== 'SOURCE') this.joined = true;
        this.twice = twice ?? this.twice;
        break;
      case 'RELEASE':
        this.frozen = undefined;
        this.sourceClosed = true;
        break;
      case 'REFUND':
        if (side === 'SOURCE') {
          this.paid = undefined;
          this.sourceClosed = true;
        } else {
          this.received = undefined;
          this.sheet = undefined;
          this.targetClosed = true;
        }
        break;
      case 'CLEAR':
        this.cleared = true;
        break;
      case 'OPEN':
      case 'EXPORT':
        break;
    }
  }
}
