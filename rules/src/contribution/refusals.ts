import type { RefusalCatalogue } from '../refusal-entry.js';

export const contributionRefusals = {} as const satisfies RefusalCatalogue;
