import { lookup as lookUpName, type LookupAddress } from 'node:dns';
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Outbound, OutboundAnswer, OutboundFailure, OutboundRequest } from './outbound.ts';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';

export interface HttpsOutboundOptions {
  /** For tests, or hosts of a network of one's own: any address, and http without TLS. */
  readonly allowPrivate?: boolean;
  /** For a gate that this machine alone can reach: receivers on it, also over http. */
  readonly allowLoopback?: boolean;
  /** All addresses of a name; the system's resolver unless told otherwise. */
  readonly resolve?: (name: string) => Promise<readonly LookupAddress[]>;
}

/** The same in both homes: TLS by the roots that Node trusts, no proxy, no connection kept. */
export function createHttpsOutbound(options: HttpsOutboundOptions = {}): Outbound {
  const { allowPrivate = false, allowLoopback = false, resolve = resolveAll } = options;
  const allowed = { allowPrivate, allowLoopback };
  return Object.freeze({
    accepts: (text: string): boolean => callable(text, allowed) !== null,
    send: async (request: OutboundRequest): Promise<OutboundAnswer> => {
      const url = callable(request.url, allowed);
      if (url === null) return failed('refused');
      // Only what calls itself this machine may lead here.
      const isOurs = allowLoopback && isThisMachine(hostOf(url));
      const lookup = guardedLookup(
        resolve,
        (address) =>
          allowPrivate || isPublicAddress(address) || (isOurs && isLoopbackAddress(address)),
      );
      const signal = AbortSignal.timeout(request.timeoutMs);
      try {
        return await exchange(url, request, { lookup, signal });
      } catch (error) {
        return failed(signal.aborted ? 'timeout' : failureOf(error));
      }
    },
  });
}

/** The URL, unless its form says that it must not be called. */
function callable(
  text: string,
  allowed: { readonly allowPrivate: boolean; readonly allowLoopback: boolean },
): URL | null {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return null;
  const host = hostOf(url);
  if (allowed.allowPrivate || (allowed.allowLoopback && isThisMachine(host))) {
    return url.protocol === 'https:' || url.protocol === 'http:' ? url : null;
  }
  // A literal address is never looked up, so it is looked at here.
  const isOurs = isIP(host) === 0 ? isThisMachine(host) : !isPublicAddress(host);
  return url.protocol === 'https:' && !isOurs ? url : null;
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/** Names that always mean this machine (RFC 6761, 6.3). */
const LOOPBACK_NAME = /(^|\.)localhost\.?$/i;

function isThisMachine(host: string): boolean {
  return isIP(host) === 0 ? LOOPBACK_NAME.test(host) : isLoopbackAddress(host);
}

class Refused extends Error {
  override readonly name = 'Refused';
}

class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

function failed(failure: OutboundFailure): OutboundAnswer {
  return { ok: false, failure };
}

function failureOf(error: unknown): OutboundFailure {
  if (error instanceof Refused) return 'refused';
  return error instanceof TooLarge ? 'too-large' : 'unreachable';
}

function resolveAll(name: string): Promise<readonly LookupAddress[]> {
  return new Promise((done, fail) => {
    lookUpName(name, { all: true }, (error, addresses) => {
      if (error === null) done(addresses);
      else fail(error);
    });
  });
}

/**
 * Resolves for the connection itself, so that the address that was looked at is the address that is
 * called. One address of a name inside our networks refuses the name: it is meant to lead there.
 */
function guardedLookup(
  resolve: (name: string) => Promise<readonly LookupAddress[]>,
  isAllowed: (address: string) => boolean,
): LookupFunction {
  return (name, options, callback) => {
    resolve(name).then(
      (addresses) => {
        const [first] = addresses;
        const refused = first === undefined || addresses.some((each) => !isAllowed(each.address));
        if (refused) callback(new Refused('the name leads into a network of our own'), '');
        else if (options.all === true) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

async function exchange(
  url: URL,
  { method, headers = {}, body, maxBytes }: OutboundRequest,
  how: { readonly lookup: LookupFunction; readonly signal: AbortSignal },
): Promise<OutboundAnswer> {
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const options: RequestOptions = {
    method,
    headers: { ...headers, ...length },
    ...how,
    // A kept connection would skip the look at its address.
    agent: false,
  };
  const response = await new Promise<IncomingMessage>((done, fail) => {
    const message =
      url.protocol === 'http:' ? requestHttp(url, options, done) : requestHttps(url, options, done);
    message.on('error', fail);
    message.end(body);
  });
  const bytes = maxBytes === null ? unread(response) : await readBounded(response, maxBytes);
  return {
    ok: true,
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
    ),
    body: bytes,
  };
}

function unread(response: IncomingMessage): Uint8Array {
  response.destroy();
  return new Uint8Array();
}

/** Leaving the loop closes the connection, so no more is read than fits. */
async function readBounded(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > maxBytes) throw new TooLarge('the answer is larger than it may be');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
