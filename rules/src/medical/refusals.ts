import type { RefusalCatalogue } from '../refusal-entry.js';

export const medicalRefusals = {} as const satisfies RefusalCatalogue;
