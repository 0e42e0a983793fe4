import { equalSecrets } from './equal.ts';
import type { Headers } from './headers.ts';

/** Whether a request carries these credentials (RFC 7617): Postmark signs nothing itself. */
export function hasCredentials(
  headers: Headers,
  { username, password }: { readonly username: string; readonly password: string },
): boolean {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(headers['authorization'] ?? '') ?? [];
  if (encoded === undefined) return false;
  return equalSecrets(Buffer.from(encoded, 'base64'), `${username}:${password}`);
}
