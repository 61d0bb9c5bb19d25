import type { MinistryDraft, RegisterDraft } from './register-draft.js';
import type { World } from './model.js';
import type { DirtEntry } from './tables.js';

export function plantInRegister(_draft: RegisterDraft, _world: World, _residents: readonly number[]): readonly DirtEntry[] {
  return [];
}

export function plantInMinistry(_draft: MinistryDraft, _world: World): readonly DirtEntry[] {
  return [];
}
