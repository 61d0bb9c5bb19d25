import type { Kind } from '../kind.js';

export const injuryKinds: readonly Kind[] = [];
