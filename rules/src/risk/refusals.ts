import type { RefusalCatalogue } from '../refusal-entry.js';

export const riskRefusals = {} as const satisfies RefusalCatalogue;
