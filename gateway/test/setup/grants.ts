import { DEFAULT_GRANT_ISSUER, newGrantKey, readGrantSigner } from '@yichuang/schema';
import { GrantMinter } from '../../src/grants/minter.js';

/** `GRANT_KEY` of a test hub, and the public half that its agencies would have. */
export const GRANT_KEY = newGrantKey('intl', 'of-the-tests');

/** Makes grants with a key of the tests. */
export function testMinter(): GrantMinter {
  return new GrantMinter(readGrantSigner('intl', GRANT_KEY.key), DEFAULT_GRANT_ISSUER, (error) => {
    throw error;
  });
}
