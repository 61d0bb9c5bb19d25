import type { Provenance } from '@yichuang/kit';
import type { EnterpriseState, PlatformTrade } from '@yichuang/schema/resolvers/market-regulation';

/** The standard records that mappings/registry.yaml and mappings/platforms.yaml make; null where the source holds nothing usable. */
interface StandardRecord {
  readonly provenance: Provenance;
}

/** 登记事项 of one unit. */
export interface RegistrationRecord extends StandardRecord {
  readonly creditCode: string | null;
  readonly name: string | null;
  readonly type: string | null;
  readonly state: EnterpriseState | null;
  readonly legalRepresentative: string | null;
  readonly registeredCapital: string | null;
  readonly established: string | null;
  readonly division: string | null;
  readonly registrar: string | null;
  readonly address: string | null;
  readonly businessScope: string | null;
}

/** An entry of the 经营异常名录. */
export interface AbnormalRecord extends StandardRecord {
  readonly creditCode: string | null;
  readonly reason: string | null;
  readonly listedOn: string | null;
  readonly removedOn: string | null;
}

/** 行政处罚. */
export interface PunishmentRecord extends StandardRecord {
  readonly creditCode: string | null;
  readonly documentNumber: string | null;
  readonly reason: string | null;
  readonly decidedOn: string | null;
  readonly authority: string | null;
}

/** 平台用工 of one person with one platform. */
export interface EngagementRecord extends StandardRecord {
  readonly recordNumber: string | null;
  readonly platformName: string | null;
  readonly creditCode: string | null;
  readonly trade: PlatformTrade | null;
  readonly division: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

/** One month of a unit's platforms, in counts. */
export interface HeadcountRecord extends StandardRecord {
  readonly month: string | null;
  readonly persons: number | null;
  readonly orders: number | null;
}

/** One month of an engagement, tied to it by the record number. */
export interface ActivityRecord extends StandardRecord {
  readonly recordNumber: string | null;
  readonly month: string | null;
  readonly activeDays: number | null;
  readonly orders: number | null;
}
