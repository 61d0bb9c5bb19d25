export { loadAgency, type Agency, type AgencySystem } from './agency.js';
export { paginate, type Connection } from './connection.js';
export { type FieldValue, type Provenance, type QualityFinding } from './mapping/mapping.js';
export { ownPlaceOf } from './grants/own-place.js';
export { grantPolicy } from './grants/settings.js';
export { fenOf, sumOfYuan } from './money.js';
export { newestFirst } from './newest-first.js';
export { recordsOf, type Loaded, type Question } from './questions/question.js';
export { type RecordNeeds } from './questions/needs.js';
export { runSubgraph } from './server/run.js';
export type { SubgraphSettings } from './server/settings.js';
export { startSubgraph, type RunningSubgraph, type SubgraphContext } from './server/subgraph.js';
export { AgencyFault } from './systems/system.js';
export { officesOf } from './offices/offices.js';
export type {
  InformationSheet,
  OfficeAction,
  OfficeOrder,
  OfficeReceipt,
  SheetSegment,
  TransferFigures,
  TransferOffice,
} from './transfers/office.js';
export type {
  Awaited,
  CaseFigures,
  Difference,
  Expectation,
  Ground,
  Hold,
  JobStep,
  OfficeStep,
  Overlap,
  SideNote,
  StepDeadline,
  TransferCase,
  TransferKind,
  TransferState,
} from './transfers/case.js';
export { refuse, type Actor, type Decision } from './transfers/decision.js';
export type { Allowed, Judgement, Move, TransferFacts, TransferLaw, TransferRefusal } from './transfers/law.js';
export { openDesk, type TransferDesk } from './transfers/desk.js';
export { transferActs } from './transfer-graph/acts.js';
export { transferFields, type TransferGraph } from './transfer-graph/fields.js';
export { timeLimit } from './connectors/time-limit.js';
export { openTransferStore, type TransferStore, type TransferStoreSettings } from './transfers/store.js';
export { openTransfers, type Act, type Application, type Transfers, type TransfersOptions } from './transfers/transfers.js';
export type { PaperForms } from './transfers/papers.js';
export { timingFrom } from './transfers/timing.js';
export { type TransferWorker, type WorkerSettings } from './transfers/worker.js';
