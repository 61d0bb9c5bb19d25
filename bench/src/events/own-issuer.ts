import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';

export const AUDIENCE = 'yichuang';
const ISSUER = 'https://id.example.invalid';

/** Signs tokens for whoever the benchmark needs: thousands of persons would keep the sandbox's log-in busy for minutes. */
export interface OwnIssuer {
  /** What the gateway must be told. */
  readonly environment: Readonly<Record<string, string>>;
  token(claims: JWTPayload): Promise<string>;
  stop(): void;
}

/** Serves its keys on a port of its own. */
export async function openIssuer(): Promise<OwnIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA');
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'EdDSA' }] });
  const server = createServer((_, response) => response.end(keys));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    environment: { OIDC_ISSUER: ISSUER, OIDC_AUDIENCE: AUDIENCE, OIDC_JWKS_URL: `http://127.0.0.1:${port}/` },
    token: (claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'EdDSA', kid: 'k1', typ: 'at+jwt' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime('2h')
        .sign(privateKey),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
