import { X509Certificate } from 'node:crypto';
import { limits } from '../../../shared/contract/limits.ts';
import { HOUR_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import type { Outbound } from '../ports/outbound.ts';
import { Unavailable } from '../ports/unavailable.ts';
import {
  certificateUrl,
  confirmationUrl,
  isSnsSigned,
  readSnsMessage,
  type SnsMessage,
} from '../signatures/sns.ts';

/** The message, when it is one of the topic and SNS signed it; null otherwise. */
export async function verifySns(
  gate: Gate,
  payload: unknown,
  { topicArn, now }: { readonly topicArn: string; readonly now: EpochMs },
): Promise<SnsMessage | null> {
  const message = readSnsMessage(payload, { topicArn, now });
  const url = message === null ? null : certificateUrl(message);
  if (message === null || url === null) return null;
  const certificate = await certificateAt(gate.outbound, url.href, now);
  return certificate !== null && isSnsSigned(message, certificate, now) ? message : null;
}

interface Fetched {
  readonly certificate: X509Certificate;
  readonly at: EpochMs;
}

/** By the port that fetched them; gone with it. */
const fetched = new WeakMap<Outbound, Map<string, Fetched>>();

/** The certificate, from memory for a while; null when there is none under this address. */
async function certificateAt(
  outbound: Outbound,
  url: string,
  now: EpochMs,
): Promise<X509Certificate | null> {
  const known = fetched.get(outbound) ?? new Map<string, Fetched>();
  fetched.set(outbound, known);
  const held = known.get(url);
  if (held !== undefined && now < held.at + limits.certificateHours * HOUR_MS) {
    return held.certificate;
  }
  const certificate = readCertificate(await get(outbound, url));
  if (certificate === null) return null;
  known.delete(url);
  const [oldest] = known.keys();
  if (known.size >= limits.certificatesKept && oldest !== undefined) known.delete(oldest);
  known.set(url, { certificate, at: now });
  return certificate;
}

function readCertificate(pem: Uint8Array | null): X509Certificate | null {
  if (pem === null) return null;
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

/**
 * Confirms the subscription that the message announces: the topic is the one that an administrator
 * named, so nobody else's topic is ever confirmed. False when the message leads elsewhere.
 */
export async function confirmSubscription(gate: Gate, message: SnsMessage): Promise<boolean> {
  const url = confirmationUrl(message);
  if (url === null) return false;
  if ((await get(gate.outbound, url.href)) === null) {
    throw new Unavailable('SNS did not confirm the subscription');
  }
  return true;
}

/** The body of a 200, null for what is not there; SNS tries again when the gate could not ask. */
async function get(outbound: Outbound, url: string): Promise<Uint8Array | null> {
  const answer = await outbound.send({
    ...{ method: 'GET', url },
    timeoutMs: limits.outboundTimeoutMs,
    maxBytes: limits.certificateBytes,
  });
  if (!answer.ok && answer.failure === 'too-large') return null;
  if (!answer.ok || answer.status >= 500 || answer.status === 429) {
    throw new Unavailable('SNS was asked and did not answer');
  }
  return answer.status === 200 ? answer.body : null;
}
