import type { Kind } from '../kind.js';

export const pensionKinds: readonly Kind[] = [];
