import { proveConsent } from '../shell/flows/prove-consent.ts';
import type { Handle } from '../shell/http.ts';

export const createConsentProof: Handle<'createConsentProof'> = (call, gate) =>
  proveConsent(gate, call);
