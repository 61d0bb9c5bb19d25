import type { RefusalCatalogue } from '../refusal-entry.js';

export const retirementRefusals = {} as const satisfies RefusalCatalogue;
