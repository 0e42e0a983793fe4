import { alertMail } from '../../../shared/breach/alert-mail.ts';
import type { ControllerSettings } from '../../../shared/contract/controllers.ts';
import { sha256Hex } from '../../../shared/kernel/hash.ts';
import type { Gate } from '../gate.ts';
import { alertWays, type AlertAnswer, type AlertWay } from '../ports/alerts.ts';
import { readController } from '../stores/controller-store.ts';

/*
 * Mail and topics share the outbox of the webhooks. There such a target stands under a name that no
 * webhook can have, `email.` or `sns.` and the beginning of the hash of its address: the address
 * itself stays in the settings of its controller, and whoever is taken out of them gets nothing.
 */

export interface AlertTarget {
  readonly way: AlertWay;
  readonly target: string;
  readonly name: string;
}

const NAME_DIGITS = 12;

/** Mail and topics among the targets of a controller. */
export function alertTargets(
  settings: Pick<ControllerSettings, 'alerts'> | undefined,
): readonly AlertTarget[] {
  const found = (settings?.alerts ?? []).flatMap(({ kind, target }) => {
    const way = alertWays.find((each) => each === kind);
    if (way === undefined) return [];
    return [{ way, target, name: `${way}.${sha256Hex(target).slice(0, NAME_DIGITS)}` }];
  });
  return [...new Map(found.map((each) => [each.name, each])).values()];
}

/** Whether a delivery of the outbox is one to a person. */
export function isAlertTarget(name: string): boolean {
  return alertWays.some((way) => name.startsWith(`${way}.`));
}

/** What the timeline calls a receiver of the outbox. */
export function channelOf(name: string): string {
  return isAlertTarget(name) ? name : `webhook:${name}`;
}

/** Null once the controller has no such target any more. */
export async function sendAlert(
  gate: Gate,
  delivery: {
    readonly controller: string;
    readonly webhook: string;
    readonly data: Readonly<Record<string, unknown>>;
  },
): Promise<AlertAnswer | null> {
  const stored = await readController(gate, delivery.controller);
  const known = alertTargets(stored?.settings).find(({ name }) => name === delivery.webhook);
  if (known === undefined || gate.alerts === undefined) return null;
  const { way, target } = known;
  return gate.alerts.send({ way, target, ...alertMail(delivery.data) });
}
