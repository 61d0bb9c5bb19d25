import type { Kind } from '../kind.js';

export const retirementKinds: readonly Kind[] = [];
