import { Agent, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { RoleName } from '../../shared/contract/scopes.ts';

/** One answer of the gate, as its callers see it. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The text as JSON; undefined where it is none. */
  readonly body: unknown;
}

export interface RawRequest {
  readonly method: string;
  /** As it is put on the wire: nothing is normalised. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** Sends the body in chunks, without a `content-length`. */
  readonly chunked?: boolean;
}

/** Sends a request byte for byte as told: what `fetch` would refuse to send, or would tidy up. */
export async function sendRaw(url: string, raw: RawRequest, agent?: Agent): Promise<Reply> {
  const { hostname, port } = new URL(url);
  const { body, chunked = false } = raw;
  const message = request({
    hostname,
    port,
    method: raw.method,
    path: raw.path,
    ...(agent === undefined ? {} : { agent }),
    headers: {
      ...(body === undefined || chunked ? {} : { 'content-length': Buffer.byteLength(body) }),
      ...raw.headers,
    },
  });
  // A gate that refuses early closes the connection while we still send: what it answered counts.
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    message.once('response', resolve);
    message.on('error', reject);
  });
  if (body !== undefined && chunked) {
    for (let start = 0; start < body.length; start += CHUNK) {
      message.write(body.slice(start, start + CHUNK));
    }
    message.end();
  } else message.end(body);
  const response = await answered;
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += String(chunk);
  const { statusCode = 0, headers } = response;
  return { status: statusCode, headers, text, body: parse(text) };
}

const CHUNK = 64 * 1024;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export type Call = (
  /** Whose token is sent; null sends none. The deputy is a second officer. */
  role: RoleName | 'dpo-deputy' | null,
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Reply>;

/** A client that holds a token for each role. */
export function clientOf(
  where: () => { readonly url: string; readonly tokens: Readonly<Record<string, string>> },
): { readonly call: Call; readonly agent: Agent } {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const call: Call = (role, method, path, body, headers = {}) => {
    const { url, tokens } = where();
    const own: Record<string, string> = {};
    if (role !== null) own['authorization'] = `Bearer ${tokens[role] ?? ''}`;
    if (body !== undefined) own['content-type'] = 'application/json';
    const text = body === undefined ? undefined : JSON.stringify(body);
    return sendRaw(url, { method, path, headers: { ...own, ...headers }, body: text }, agent);
  };
  return { call, agent };
}
