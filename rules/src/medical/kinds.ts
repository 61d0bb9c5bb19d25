import type { Kind } from '../kind.js';

export const medicalKinds: readonly Kind[] = [];
