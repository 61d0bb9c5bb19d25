import type { TrustMode } from './documents.js';
import type { TrustedSettings } from './folder.js';

const MODES: readonly TrustMode[] = ['off', 'prefer', 'only'];

/**
 * Reads TRUSTED_DOCUMENTS_DIR and TRUSTED_DOCUMENTS: without a folder `off`, with one `prefer`, unless the second says otherwise.
 * @param problems where what is wrong is added, naming the variable
 */
export function readTrustedSettings(
  env: Readonly<Record<string, string | undefined>>,
  pollMs: number,
  problems: string[],
): TrustedSettings {
  const folder = filled(env['TRUSTED_DOCUMENTS_DIR']);
  const stated = filled(env['TRUSTED_DOCUMENTS']);
  const mode = MODES.find((name) => name === stated) ?? (folder === undefined ? 'off' : 'prefer');
  if (stated !== undefined && stated !== mode) problems.push('TRUSTED_DOCUMENTS must be off, prefer or only');
  if (mode !== 'off' && folder === undefined) problems.push(`TRUSTED_DOCUMENTS_DIR is not set, and TRUSTED_DOCUMENTS is ${mode}`);
  return { mode, folder, pollMs };
}

function filled(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? undefined : trimmed;
}
