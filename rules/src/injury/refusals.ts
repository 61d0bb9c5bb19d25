import type { RefusalCatalogue } from '../refusal-entry.js';

export const injuryRefusals = {} as const satisfies RefusalCatalogue;
