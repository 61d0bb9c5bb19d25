export type { OutlookEstimate } from './estimate.js';
export type { GoingOn } from './going-on.js';
export type { OutlookChoice, OutlookOption } from './option.js';
export { outlook, type Outlook } from './outlook.js';
export type { OutlookWish } from './wish.js';
