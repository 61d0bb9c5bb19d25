import type { Kind } from '../kind.js';

export const contributionKinds: readonly Kind[] = [];
