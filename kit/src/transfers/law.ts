import type { CivilDate, LifeRecord, Text, TransferClock } from '@yichuang/rules';
import type { Expectation, Ground, SideNote } from './case.js';

/** What is asked for. */
export interface Move {
  /** Jurisdictions: divisions of six digits. */
  readonly source: string;
  readonly target: string;
  /** What the applicant says of the case, as the kind asks for it; see the agency's law. */
  readonly statements: Readonly<Record<string, string | boolean>>;
}

/** Whether it may move, by the rules and what the registers hold today. */
export type Judgement = Allowed | { readonly allowed: false; readonly refusal: TransferRefusal };

export interface Allowed {
  readonly allowed: true;
  readonly scheme: string;
  /** The scheme it goes into, where that is another. */
  readonly targetScheme?: string;
  readonly accountKind: 'ORDINARY' | 'TEMPORARY';
  /** False where only the relation moves. What is found out later decides. */
  readonly moneyMoves: boolean;
  /** The account is sealed where it is and gathered at pension time; nothing moves now. */
  readonly seals: boolean;
  readonly ground: Ground;
  /** What the case goes by besides what the applicant said, such as the pooling areas that the registers name. */
  readonly statements?: Readonly<Record<string, string | boolean>>;
  readonly notes: readonly SideNote[];
  /** Fields of the certificate (基本养老保险参保缴费凭证), by their national codes. */
  readonly certificate: Readonly<Record<string, string>>;
}

/** A typed no: why, by which article, and what can be done. Never a value of the record. */
export interface TransferRefusal {
  /** Stable, upper snake. */
  readonly code: string;
  readonly text: Text;
  readonly article?: string;
  readonly wayOut?: Text;
  /** What of the question it is about. */
  readonly field?: string;
}

/** What an agency's registers hold of a person, as far as the machinery looks at it: which of them did not answer. */
export interface TransferFacts {
  readonly missing: readonly { /** Undefined for a national one. */ readonly jurisdiction?: string | undefined }[];
}

/** The law of one kind of transfer, as the agency that handles it brings it. Pure: the registers were read before. */
export interface TransferLaw<Facts extends TransferFacts = LifeRecord> {
  /** Whose working days run; undefined where no statute gives time limits. */
  readonly clock: TransferClock | undefined;
  /** @throws RuleRefusal for what no rule decides */
  judge(move: Move, record: Facts, today: CivilDate): Judgement;
  /** What should move when it leaves today. */
  expect(move: Move & Pick<Allowed, 'accountKind' | 'moneyMoves'>, record: Facts, today: CivilDate): Expectation;
}
