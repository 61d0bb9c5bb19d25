import { runSubgraph } from '@yichuang/kit';
import { startHrss } from './server.js';

await runSubgraph(startHrss);
