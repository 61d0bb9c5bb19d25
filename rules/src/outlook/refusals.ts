import type { RefusalCatalogue } from '../refusal-entry.js';

export const outlookRefusals = {} as const satisfies RefusalCatalogue;
