import type { ControllerSettings } from '../../../shared/contract/controllers.ts';
import type { Webhook } from '../../../shared/contract/webhooks.ts';
import { sha256Hex } from '../../../shared/kernel/hash.ts';
import type * as z from 'zod';
import type { Gate } from '../gate.ts';
import { Problem } from '../problem.ts';
import { limits } from '../../../shared/contract/limits.ts';
import {
  readWebhooks,
  removeWebhook,
  writeWebhook,
  type StoredWebhook,
} from '../stores/webhook-store.ts';

/*
 * A target of the kind `webhook` in the settings of a controller is the name of a webhook or a URL.
 * A URL under which nobody has put a webhook gets one, for alerts alone, so that what is configured
 * is also reached; its secret is in the answer that made it.
 */

const NAME_DIGITS = 12;

function nameOf(url: string): string {
  return `alerts-${sha256Hex(hrefOf(url)).slice(0, NAME_DIGITS)}`;
}

/** One URL in one spelling. */
function hrefOf(url: string): string {
  return URL.parse(url)?.href ?? url;
}

function urlsOf({ alerts = [] }: Pick<ControllerSettings, 'alerts'>) {
  return alerts.flatMap(({ kind, target }, index) =>
    kind === 'webhook' && URL.canParse(target) ? [{ index, url: hrefOf(target) }] : [],
  );
}

/** Throws a 422 for a URL that is never called: its alerts would reach nobody. */
export function requireCallable(
  gate: Pick<Gate, 'outbound'>,
  settings: Pick<ControllerSettings, 'alerts'>,
): void {
  const message = 'is not https at a public address';
  const errors = urlsOf(settings)
    .filter(({ url }) => !gate.outbound.accepts(url))
    .map(({ index }) => {
      return { pointer: `/alerts/${index}/target`, code: 'not-callable', message };
    });
  if (errors.length === 0) return;
  throw new Problem('invalid-input', `the target of an alert ${message}`, { errors });
}

/** What the targets of a controller change about its webhooks. */
export interface TargetChanges {
  /** URLs that have no webhook yet. */
  readonly missing: readonly string[];
  /** Names of webhooks that were made for targets which are none any more. */
  readonly stale: readonly string[];
}

/** Throws a 409 where there is no room for the webhooks, before anything is changed. */
export async function planTargets(
  gate: Pick<Gate, 'tables' | 'keys'>,
  controller: string,
  settings: Pick<ControllerSettings, 'alerts'>,
): Promise<TargetChanges> {
  const urls = new Set(urlsOf(settings).map(({ url }) => url));
  const hooks = await readWebhooks(gate, controller);
  const stale = hooks.filter((hook) => isOurs(hook) && !urls.has(hrefOf(hook.url)));
  const known = new Set(hooks.map(({ url }) => hrefOf(url)));
  const missing = [...urls].filter((url) => !known.has(url));
  const count = hooks.length - stale.length + missing.length;
  if (missing.length > 0 && count > limits.webhooksPerController) {
    const most = `a controller has at most ${limits.webhooksPerController} webhooks`;
    throw new Problem('state-conflict', `${most}, those of its alerts included: delete one first`);
  }
  return { missing, stale: stale.map(({ name }) => name) };
}

function isOurs({ name, url }: StoredWebhook): boolean {
  return name === nameOf(url);
}

/** Webhooks with their secrets, which no other answer has. */
export async function registerTargets(
  gate: Gate,
  controller: string,
  { missing, stale }: TargetChanges,
): Promise<readonly Pick<z.infer<typeof Webhook>, 'name' | 'url' | 'secret'>[]> {
  for (const name of stale) await removeWebhook(gate, controller, name);
  const made: Pick<z.infer<typeof Webhook>, 'name' | 'url' | 'secret'>[] = [];
  for (const url of missing) {
    const name = nameOf(url);
    const { secret } = await writeWebhook(gate, controller, name, {
      ...{ url, events: ['breach.alert'] },
    });
    made.push({ name, url, secret });
  }
  return made;
}

/** Somebody has put a webhook of their own under the URL: it takes the place of ours. */
export async function replaceTarget(
  gate: Pick<Gate, 'tables'>,
  controller: string,
  webhook: { readonly name: string; readonly url: string },
): Promise<void> {
  const ours = nameOf(webhook.url);
  if (webhook.name !== ours) await removeWebhook(gate, controller, ours);
}
