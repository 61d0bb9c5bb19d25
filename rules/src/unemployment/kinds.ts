import type { Kind } from '../kind.js';

export const unemploymentKinds: readonly Kind[] = [];
