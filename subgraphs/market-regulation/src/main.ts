import { runSubgraph } from '@yichuang/kit';
import { startMarketRegulation } from './server.js';

await runSubgraph(startMarketRegulation);
