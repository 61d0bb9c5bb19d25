/** Applications under way at a time. */
export const ACCEPTED_AT_ONCE = 32;

/** Something that takes cases and carries each of them through its steps, by jobs in PostgreSQL. */
export interface Pipeline {
  /** Takes one case; it is durable when this resolves. */
  accept(index: number): Promise<void>;
  /** Carries what was taken to its end. @param count how many were */
  carryAll(count: number): Promise<void>;
  /** Jobs made so far, and steps that they did. */
  done(): Promise<{ readonly jobs: number; readonly steps: number }>;
  close(): Promise<void>;
}
