import type { MinistryRegister, Register } from './tables.js';

/** Register tables while they are being written. */
type Writable<Tables> = {
  -readonly [Name in keyof Tables]: Tables[Name] extends readonly (infer Row)[]
    ? { -readonly [Column in keyof Row]: Row[Column] }[]
    : Tables[Name];
};

export type RegisterDraft = Writable<Register>;
export type MinistryDraft = Writable<MinistryRegister>;
