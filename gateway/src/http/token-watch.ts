import type { ErrorCode } from '@yichuang/schema';
import type { Tokens } from './caller.js';

const AGAIN_MS = 30_000;

/**
 * Looks at a token for as long as a connection lives by it: when it expires, and every half minute, because its issuer may withdraw it.
 * @param lost called once, with the reason, when the token no longer counts
 * @returns ends the watch
 */
export function watchToken(token: string, tokens: Tokens, lost: (code: ErrorCode) => void): () => void {
  let watching = true;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const check = await tokens.verify(token);
    if (!watching) return;
    // That nobody can be asked about a token does not make it bad; the next look may find out.
    if (check.ok || check.code === 'IDENTITY_PROVIDER_UNAVAILABLE')
      timer = setTimeout(() => void look(), check.ok ? Math.min(AGAIN_MS, Math.max(check.expires - Date.now(), 0) + 1) : AGAIN_MS).unref();
    else lost(check.code);
  };
  void look();
  return () => {
    watching = false;
    clearTimeout(timer);
  };
}
