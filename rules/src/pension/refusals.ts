import type { RefusalCatalogue } from '../refusal-entry.js';

export const pensionRefusals = {} as const satisfies RefusalCatalogue;
