import { runSubgraph } from '@yichuang/kit';
import { startPostal } from './server.js';

await runSubgraph(startPostal);
