import { mayActFor } from '../shell/actor.ts';
import type { Handle } from '../shell/http.ts';
import { notFound } from '../shell/problem.ts';
import { draftView, listDrafts, listReleases } from '../shell/stores/policy-draft-store.ts';
import { readPolicy } from '../shell/stores/policy-store.ts';

/** A revision is everybody's; who drafted and released it is shown to its controllers alone. */
export const getPolicy: Handle<'getPolicy'> = async (call, gate) => {
  const { revision } = call.params;
  const policy = await readPolicy(gate, revision);
  if (policy === null) throw notFound('policy of that revision');
  const [drafted, released] = await Promise.all([
    listDrafts(gate, revision),
    listReleases(gate, revision),
  ]);
  const open = drafted.map(({ value }) => value).filter(({ release }) => release === null);
  const drafts = [...released, ...open]
    .filter(({ controller }) => mayActFor(call.actor, controller))
    .map(draftView);
  return { status: 200, body: { ...policy.view, drafts } };
};
