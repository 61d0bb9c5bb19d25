import type { CitizenRef } from '@yichuang/schema';
import type { Text } from '@yichuang/rules';
import type { TransferRefusal } from './law.js';

/** Who acts on a case: the person, or an official of an office for jurisdictions. The hub has decided that they may. */
export type Actor =
  | {
      readonly kind: 'PERSON';
      readonly ref: CitizenRef;
      /** Somebody acts for them, by a delegation. */
      readonly delegated?: true;
    }
  | {
      readonly kind: 'OFFICE';
      /** Pseudonym of the official. */
      readonly ref: string;
      /** KIND:CODE of the office. */
      readonly party: string;
      readonly jurisdictions: readonly string[];
    }
  /** Who runs the agency's systems: stops, tries again, lets go on; decides nothing. */
  | { readonly kind: 'OPERATOR'; /** Account of the operator. */ readonly ref: string }
  | { readonly kind: 'SYSTEM' };

/** What a decision came to: a value or a typed no. */
export type Decision<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: TransferRefusal };

const REASONS = {
  CASE_UNKNOWN: { zh: '没有该转移业务', en: 'there is no such case of transfer' },
  NOT_YOURS: { zh: '该步骤不由您办理', en: 'this step is not yours to take' },
  ALREADY_ENDED: { zh: '该业务已办结', en: 'the case has ended' },
  NOT_NOW: { zh: '该业务当前状态下不能这样办理', en: 'the case is not in a state in which this can be done' },
  TOO_LATE: {
    zh: '转入地已开始接收，不能再撤回',
    en: 'the destination has begun to take the relation over: it cannot be called back any more',
  },
  ON_HOLD: { zh: '该业务暂停，须先处理暂停原因', en: 'the case stands still: what it waits for has to be settled first' },
  REASON_MISSING: { zh: '须说明理由', en: 'a reason has to be given' },
  MONEY_DIFFERS: {
    zh: '到账金额与信息表不一致，不能以说明理由通过；请退回',
    en: 'the money that was paid is not what the sheet says: no reason settles that; return the case',
  },
  TRANSFER_UNDER_WAY: { zh: '该关系已有转移业务在办', en: 'this relation is being transferred already' },
  NO_OVERLAP: { zh: '没有重复缴费的月份，无须选择', en: 'no months are paid twice: there is nothing to choose' },
  KIND_NOT_HANDLED: { zh: '本机构不办理该类转移', en: 'this agency does not handle transfers of this kind' },
  REGISTER_SILENT: { zh: '登记机构暂无应答，无法审核，请稍后再试', en: 'a register that has to be read does not answer; try again later' },
} as const satisfies Readonly<Record<string, Text>>;

/** Reasons of the machinery itself; those of the law come with their article. */
export type ActRefusalCode = keyof typeof REASONS;

/** A typed no. */
export function refuse(code: ActRefusalCode): { readonly ok: false; readonly refusal: TransferRefusal } {
  return { ok: false, refusal: { code, text: REASONS[code] } };
}
