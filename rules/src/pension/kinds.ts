import type { Kind } from '../kind.js';
import { accountGrowthKind } from './account/growth.kind.js';
import { receivingPlaceKind } from './place/receiving-place.kind.js';
import { transferAmountKind } from './transfer/amount.kind.js';

/** Questions about the enterprise pension: what moves, what grows, where it is drawn, and what happens to doubles. */
export const pensionKinds: readonly Kind[] = [transferAmountKind, accountGrowthKind, receivingPlaceKind];
