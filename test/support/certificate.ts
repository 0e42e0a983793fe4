import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { EpochMs } from '../../shared/kernel/instant.ts';

/** One value of DER (X.690): tag, length, content. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const size: number[] = [];
  for (let rest = content.length; rest > 0; rest >>= 8) size.unshift(rest & 255);
  const length = content.length < 128 ? [content.length] : [128 + size.length, ...size];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const text = (value: string) => der(0x0c, Buffer.from(value));
const time = (at: EpochMs) =>
  der(0x18, Buffer.from(`${new Date(at).toISOString().replace(/\D/g, '').slice(0, 14)}Z`));

const RSA_WITH_SHA256 = sequence(oid('2a864886f70d01010b'), der(0x05));
const COMMON_NAME = '550403';
const SUBJECT_ALTERNATIVE_NAME = '551d11';

export interface TestCertificate {
  readonly privateKey: KeyObject;
  /** X.509, signed by itself. */
  readonly pem: string;
}

/** A key and a certificate of this test alone (RFC 5280). */
export function createCertificate(options: {
  readonly host: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
}): TestCertificate {
  const { host, from, to } = options;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const name = sequence(der(0x31, sequence(oid(COMMON_NAME), text(host))));
  const alternative = sequence(der(0x82, Buffer.from(host)));
  const extension = sequence(oid(SUBJECT_ALTERNATIVE_NAME), der(0x04, alternative));
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    RSA_WITH_SHA256,
    name,
    sequence(time(from), time(to)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const signature = createSign('sha256').update(content).sign(privateKey);
  const bits = der(0x03, Buffer.from([0]), signature);
  const base64 = sequence(content, RSA_WITH_SHA256, bits).toString('base64');
  const lines = base64.replace(/(.{64})(?=.)/g, '$1\n');
  const label = (word: string) => `-----${word} CERTIFICATE-----\n`;
  return { privateKey, pem: `${label('BEGIN')}${lines}\n${label('END')}` };
}
