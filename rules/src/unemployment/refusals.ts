import type { RefusalCatalogue } from '../refusal-entry.js';

export const unemploymentRefusals = {} as const satisfies RefusalCatalogue;
