import type { KeyObject } from 'node:crypto';
import { createRemoteJWKSet, errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { roleNames, roles, type RoleName } from '../../shared/contract/scopes.ts';

/** The same as the JWT authorizer of API Gateway checks: signature, issuer, audience, time. */
export type VerifyToken = (token: string) => Promise<JWTPayload | null>;

export const LOCAL_ISSUER = 'urn:campaign-compliance-gate:local';
export const AUDIENCE = 'campaign-compliance-gate';

/** The one algorithm family that the JWT authorizer of an HTTP API takes. */
const algorithms = ['RS256'];

export function localVerifier(publicKey: KeyObject): VerifyToken {
  return (token) =>
    verified(jwtVerify(token, publicKey, { issuer: LOCAL_ISSUER, audience: AUDIENCE, algorithms }));
}

/** Tokens of an identity provider, by its published keys. */
export function remoteVerifier(issuer: string, audience: string): VerifyToken {
  const base = issuer.endsWith('/') ? issuer : `${issuer}/`;
  const keys = createRemoteJWKSet(new URL('.well-known/jwks.json', base));
  return (token) => verified(jwtVerify(token, keys, { issuer, audience, algorithms }));
}

async function verified(
  result: Promise<{ readonly payload: JWTPayload }>,
): Promise<JWTPayload | null> {
  try {
    const { payload } = await result;
    return payload.exp === undefined ? null : payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

/** Who acts on this machine: each role, and a second officer, because some things take two. */
const localActors: readonly { readonly name: string; readonly role: RoleName }[] = [
  ...roleNames.map((role) => ({ name: role, role })),
  { name: 'dpo-deputy', role: 'dpo' },
];

/** A token for each of them, for this machine alone; made again at every start. */
export async function localTokens(
  privateKey: KeyObject,
  now: number,
): Promise<Readonly<Record<string, string>>> {
  const tokens = localActors.map(async ({ name, role }) => {
    const token = await new SignJWT({ scope: roles[role].join(' '), controllers: ['*'] })
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(LOCAL_ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(`local:${name}`)
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(Math.floor(now / 1000) + TOKEN_SECONDS)
      .sign(privateKey);
    return [name, token];
  });
  return Object.fromEntries(await Promise.all(tokens));
}

/** Thirty days: whoever reads the file has the machine anyway, and a start renews it. */
const TOKEN_SECONDS = 30 * 24 * 3600;
