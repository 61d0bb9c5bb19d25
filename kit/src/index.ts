export { loadAgency, type Agency, type AgencySystem } from './agency.js';
export { paginate, type Connection } from './connection.js';
export { type FieldValue, type Provenance, type QualityFinding } from './mapping/mapping.js';
export { grantPolicy } from './grants/settings.js';
export { fenOf, sumOfYuan } from './money.js';
export { newestFirst } from './newest-first.js';
export { recordsOf, type Loaded, type Question } from './questions/question.js';
export { type RecordNeeds } from './questions/needs.js';
export { runSubgraph } from './server/run.js';
export type { SubgraphSettings } from './server/settings.js';
export { startSubgraph, type RunningSubgraph, type SubgraphContext } from './server/subgraph.js';
export { AgencyFault } from './systems/system.js';
export type {
  InformationSheet,
  OfficeAction,
  OfficeOrder,
  OfficeReceipt,
  SheetSegment,
  TransferFigures,
  TransferOffice,
} from './transfers/office.js';
