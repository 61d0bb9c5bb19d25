import type { Kind } from '../kind.js';

export const outlookKinds: readonly Kind[] = [];
