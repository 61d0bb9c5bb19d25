import type { Viewer } from '../sign-in/session.js';

export type Purpose = Viewer['purposes'][number];

/** Purposes under which an official asks about persons, not about units. */
export function purposesOfPersons(viewer: Viewer | undefined): readonly Purpose[] {
  return (viewer?.purposes ?? []).filter(({ rights, missing }) =>
    [...rights, ...missing].some(({ scope }) => !scope.startsWith('enterprise.')),
  );
}

/** True where nothing is released under the purpose without the number of a case. */
export function needsCase({ rights, missing }: Purpose): boolean {
  const released = rights.filter(({ needs }) => !needs.includes('CASE'));
  return released.length === 0 && (rights.length > 0 || missing.some(({ code }) => code === 'CASE_REQUIRED'));
}

/** A purpose by its code; undefined for one that is no longer held. */
export function heldPurpose(viewer: Viewer | undefined, code: string): Purpose | undefined {
  return viewer?.purposes.find((one) => one.code === code);
}
