import { runSubgraph } from '@yichuang/kit';
import { startMedicalInsurance } from './server.js';

await runSubgraph(startMedicalInsurance);
