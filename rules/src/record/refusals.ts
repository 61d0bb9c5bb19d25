import type { RefusalCatalogue } from '../refusal-entry.js';

export const recordRefusals = {} as const satisfies RefusalCatalogue;
