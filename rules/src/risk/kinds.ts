import type { Kind } from '../kind.js';

export const riskKinds: readonly Kind[] = [];
