import { makePreferenceLinks } from '../shell/flows/make-preference-links.ts';
import type { Handle } from '../shell/http.ts';

export const createPreferenceLinks: Handle<'createPreferenceLinks'> = async (call, gate) => ({
  status: 200,
  body: { links: await makePreferenceLinks(gate, call) },
});
