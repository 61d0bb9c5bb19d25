import type { CitizenRef } from '@yichuang/schema';
import type { Generated } from 'kysely';
import type { ConsentState } from '../access/facts.js';
import type { ConsentAct } from '../consent/consent.js';
import type { RequestAct, RequestState } from '../consent/request.js';

/** Whose a row is, for what. `topic` stands for all four in notifications and look-ups. */
interface About {
  readonly topic: string;
  readonly subject: CitizenRef;
  readonly recipient_kind: string;
  readonly recipient_code: string;
  readonly purpose: string;
}

interface LimitColumns {
  readonly range_from: string | null;
  readonly range_to: string | null;
  readonly max_uses: number;
  readonly frequency_count: number | null;
  readonly frequency_days: number | null;
  readonly data_life_days: number;
}

export interface ConsentRequestRow extends About, LimitColumns {
  readonly id: string;
  readonly scopes: string[];
  readonly valid_from: Date | null;
  readonly valid_days: number;
  readonly state: RequestState;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly closed_at: Date | null;
  /** Of its latest record. */
  readonly epoch: string;
}

export interface ConsentRow extends About, LimitColumns {
  readonly id: string;
  readonly request_id: string;
  /** What it still covers. */
  readonly scopes: string[];
  readonly valid_from: Date;
  readonly valid_to: Date;
  readonly uses: number;
  readonly state: ConsentState;
  readonly created_at: Date;
  readonly changed_at: Date;
  readonly epoch: string;
  /** Canonical text, its signature, and the texts the person was shown: none of them ever changes. */
  readonly artefact: string;
  readonly signature: string;
  readonly notice_zh: string;
  readonly notice_en: string;
}

/** A consent without what was written down for good. */
export type ConsentStanding = Omit<ConsentRow, 'epoch' | 'artefact' | 'signature' | 'notice_zh' | 'notice_en'>;

/** Which consent holds a scope now; none of them twice. */
interface ConsentHoldingRow {
  readonly topic: string;
  readonly scope: string;
  readonly consent_id: string;
}

interface ConsentUseRow {
  readonly consent_id: string;
  readonly question_id: string;
  readonly used_at: Date;
}

export interface ConsentRecordRow extends About {
  readonly epoch: Generated<string>;
  readonly at: Date;
  readonly entity: 'REQUEST' | 'CONSENT';
  readonly request_id: string;
  readonly consent_id: string | null;
  readonly act: RequestAct | ConsentAct;
  readonly from_state: RequestState | ConsentState | null;
  readonly to_state: RequestState | ConsentState;
  readonly by_kind: 'PERSON' | 'RECIPIENT' | 'HUB';
  readonly by_user: string | null;
  /** Of a recipient's user; null for what was done before it was kept. */
  readonly by_role: string | null;
  /** Under which the user acted for the person. */
  readonly delegation_id: string | null;
  readonly told: ('PERSON' | 'RECIPIENT')[];
  /** What the consent covers from then on; null: as before. */
  readonly scopes: string[] | null;
}

/** The tables of consent. */
export interface ConsentTables {
  consent_requests: ConsentRequestRow;
  consents: ConsentRow;
  consent_holdings: ConsentHoldingRow;
  consent_uses: ConsentUseRow;
  consent_records: ConsentRecordRow;
}
