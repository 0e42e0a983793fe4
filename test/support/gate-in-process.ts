import type { KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { loadLocalKeys } from '../../functions/embedded/local-keys.ts';
import { createGateServer } from '../../functions/embedded/server.ts';
import {
  AUDIENCE,
  LOCAL_ISSUER,
  localTokens,
  localVerifier,
} from '../../functions/embedded/tokens.ts';
import { startWorkers } from '../../functions/embedded/worker-loop.ts';
import { createEmbeddedGate, type EmbeddedGate } from '../../functions/shell/embedded.ts';
import { createLog } from '../../functions/shell/log.ts';
import { systemClock, type Clock } from '../../functions/shell/ports/clock.ts';
import type { Keys } from '../../functions/shell/ports/keys.ts';
import type { Outbound } from '../../functions/shell/ports/outbound.ts';
import { clientOf, type Call } from './http-client.ts';

type Claims = Readonly<Record<string, unknown>>;

export interface InProcessGate {
  readonly gate: EmbeddedGate;
  readonly dataFolder: string;
  readonly url: string;
  readonly call: Call;
  /** A token with these claims instead of those of a role; null leaves a claim out. */
  readonly token: (claims: Claims) => Promise<string>;
  readonly tokenPrivateKey: KeyObject;
  readonly tokenPublicKey: KeyObject;
  /** Every line that was logged, from `debug` on. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

/** The embedded gate without a process of its own: the same server, handlers and stores. */
export async function startGateInProcess(
  options: {
    readonly clock?: Clock;
    readonly workers?: boolean;
    readonly outbound?: Outbound;
    /** Instead of the ring of the key file. */
    readonly keys?: Keys;
  } = {},
): Promise<InProcessGate> {
  const { clock = systemClock, workers = false, outbound, keys } = options;
  const dataFolder = mkdtempSync(join(tmpdir(), 'gate-in-process-'));
  const localKeys = loadLocalKeys(dataFolder);
  const lines: string[] = [];
  let url = '';
  const gate = createEmbeddedGate({
    dataFolder,
    ...localKeys,
    ...(keys === undefined ? {} : { keys }),
    clock,
    ...(outbound === undefined ? {} : { outbound }),
    log: createLog({ level: 'debug', print: (line) => lines.push(line), now: clock.now }),
    baseUrl: () => url,
  });
  const server = createGateServer(gate, localVerifier(localKeys.tokenPublicKey));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const tokens = await localTokens(localKeys.tokenPrivateKey, Date.now());
  const { call, agent } = clientOf(() => ({ url, tokens }));
  const loop = workers ? startWorkers(gate) : null;
  return {
    gate,
    dataFolder,
    url,
    call,
    ...localKeys,
    token: (claims) => signToken(localKeys.tokenPrivateKey, claims),
    lines,
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await loop?.stop();
      gate.close();
      rmSync(dataFolder, { recursive: true });
    },
  };
}

function signToken(key: KeyObject, claims: Claims): Promise<string> {
  const all = {
    iss: LOCAL_ISSUER,
    aud: AUDIENCE,
    sub: 'somebody',
    exp: Math.floor(Date.now() / 1000) + 3600,
    ...claims,
  };
  const given = Object.entries(all).filter(([, value]) => value !== null);
  return new SignJWT(Object.fromEntries(given)).setProtectedHeader({ alg: 'RS256' }).sign(key);
}
