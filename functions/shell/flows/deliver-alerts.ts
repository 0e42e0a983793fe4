import { alertMessage } from '../../../shared/breach/alert-message.ts';
import { alertPlan, type PlannedAlert } from '../../../shared/breach/alert-plan.ts';
import type { BreachCase } from '../../../shared/breach/breach-case.ts';
import type { EntryOf } from '../../../shared/breach/breach-entry.ts';
import { missingFacts } from '../../../shared/breach/duties.ts';
import type { AlertTargetKind } from '../../../shared/contract/controllers.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { WebhookDue } from '../../../shared/contract/workers.ts';
import {
  formatInstant,
  MINUTE_MS,
  SECOND_MS,
  type EpochMs,
} from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import { dueBreaches, readBreach, appendEntries } from '../stores/breach-store.ts';
import { acknowledgeUrl } from '../links.ts';
import { readController } from '../stores/controller-store.ts';
import { readWebhooks, type StoredWebhook } from '../stores/webhook-store.ts';
import { alertTargets, channelOf } from './alert-ways.ts';
import { lastAlerts } from './alert-order.ts';
import { announcements, receiversOf, wakeSenders, type Announced } from './announce.ts';
import { afterAppend, GATE } from './breach-cases.ts';

/** An alert that comes later than this after its instant says so. */
const LATE_MS = 90 * SECOND_MS;

/** Writes of a transaction that are left beside those that move the case's place under `due`. */
const WRITES_AT_ONCE = 98;

/**
 * Delivers every alert of a case that is due, oldest first, and notes each delivery. What goes to
 * webhooks is written with the note, so it goes out once noted and not otherwise; a crash before
 * that repeats the log line alone. Whoever corrected the case in between makes it be
 * looked at again.
 */
export async function deliverAlerts(gate: Gate, id: string): Promise<void> {
  let conflicts = 0;
  while (conflicts < limits.conflictRetries) {
    const stored = await readBreach(gate, id);
    if (stored === null) return;
    const { breach } = stored;
    const channels = await channelsOf(gate, breach);
    const due = dueAlerts(
      breach,
      gate.clock.now(),
      channels.webhooks.length + channels.people.length,
    );
    if (due.length === 0) {
      await afterAppend(gate, breach);
      return;
    }
    const made: Delivered[] = [];
    const behind = await lastOf(gate, breach, channels);
    for (const alert of due) {
      const delivered = await deliver(gate, breach, alert, { ...channels, behind });
      for (const each of delivered.announced.due) behind.set(each.webhook, each.delivery);
      made.push(delivered);
    }
    const after = await appendEntries(gate, breach, {
      id,
      requestId: GATE,
      entries: made.map(({ entry }, index) => {
        return { ...entry, number: breach.entries.length + 1 + index };
      }),
      beside: made.flatMap(({ announced }) => announced.writes),
    });
    if (after === null) conflicts++;
    else await wakeSenders(gate, dueOf(made));
  }
  throw new Error('the case is being changed too often at once');
}

/** By receiver, the alert of this case behind which the next one goes out. */
async function lastOf(
  gate: Gate,
  { id: breachId, opened }: BreachCase,
  { webhooks, people }: Channels,
): Promise<Map<string, string>> {
  const { controller } = opened.data;
  if (controller === null) return new Map();
  return lastAlerts(gate, { controller, breachId }, [...webhooks, ...people]);
}

function dueOf(made: readonly Delivered[]): readonly WebhookDue[] {
  return made.flatMap(({ announced }) => announced.due);
}

/** As many as fit one transaction: an entry each, and three rows for each receiver. */
function dueAlerts(breach: BreachCase, now: EpochMs, webhooks: number): readonly PlannedAlert[] {
  const open = alertPlan(breach).filter(({ id, due }) => due <= now && !breach.delivered.has(id));
  return withoutOvertaken(open).slice(
    0,
    Math.max(1, Math.floor(WRITES_AT_ONCE / (1 + 3 * webhooks))),
  );
}

/** What goes out together may end the wait of an escalation behind it: that is planned again. */
function withoutOvertaken(open: readonly PlannedAlert[]): readonly PlannedAlert[] {
  const end = open.findIndex(({ kind, regime, step }, index) => {
    const before = open.slice(0, index);
    const follows = before.some((other) => other.regime === regime && other.step === step);
    return kind === 'unacknowledged' && follows;
  });
  return end < 0 ? open : open.slice(0, end);
}

/** Where the alerts of a case go beside the log. */
interface Channels {
  /** Names of webhooks. */
  readonly webhooks: readonly string[];
  /** Mail and topics, by their names in the outbox. */
  readonly people: readonly string[];
  /** Kinds of the controller's targets that nothing reaches. */
  readonly unreachable: readonly AlertTargetKind[];
}

/**
 * The webhooks that want alerts, those that the settings name by their URL, and mail and topics
 * where this home has them: what nothing reaches is named so, never as delivered to.
 */
async function channelsOf(gate: Gate, breach: BreachCase): Promise<Channels> {
  const { controller } = breach.opened.data;
  if (controller === null) return { webhooks: [], people: [], unreachable: [] };
  const [settings, hooks] = await Promise.all([
    readController(gate, controller),
    readWebhooks(gate, controller),
  ]);
  const targets = settings?.settings.alerts ?? [];
  const named = targets.flatMap(({ kind, target }) => {
    return kind === 'webhook' ? [webhookOf(hooks, target)] : [];
  });
  const found = named.flatMap((webhook) => webhook ?? []);
  const people = alertTargets(settings?.settings);
  const reached = people.filter(({ way }) => gate.alerts?.reaches(way) === true);
  const lost = new Set<AlertTargetKind>(
    people.filter((each) => !reached.includes(each)).map(({ way }) => way),
  );
  if (found.length < named.length) lost.add('webhook');
  return {
    webhooks: [...new Set([...receiversOf(hooks, 'breach.alert'), ...found])].sort(),
    people: reached.map(({ name }) => name).sort(),
    unreachable: [...lost].sort(),
  };
}

function webhookOf(hooks: readonly StoredWebhook[], target: string): string | null {
  const wanted = URL.parse(target)?.href;
  const hook = hooks.find(({ name, url, disabledAt }) => {
    const isMeant = name === target || (wanted !== undefined && URL.parse(url)?.href === wanted);
    return disabledAt === null && isMeant;
  });
  return hook?.name ?? null;
}

/** That something did not arrive is told to the others: by the way that failed it fails again. */
function withoutFailed(breach: BreachCase, { kind, about }: PlannedAlert, all: Channels): Channels {
  if (kind !== 'undelivered') return all;
  const failed = new Set(
    breach.undelivered.flatMap(({ data }) => (data.alert === about ? [data.channel] : [])),
  );
  const works = (name: string) => !failed.has(channelOf(name));
  return { ...all, webhooks: all.webhooks.filter(works), people: all.people.filter(works) };
}

interface Ordered extends Channels {
  /** As `Announcement.behind`. */
  readonly behind: ReadonlyMap<string, string>;
}

interface Delivered {
  readonly entry: Omit<EntryOf<'alert_delivered'>, 'number'>;
  readonly announced: Announced;
}

async function deliver(
  gate: Gate,
  breach: BreachCase,
  alert: PlannedAlert,
  { behind, ...all }: Ordered,
): Promise<Delivered> {
  const { webhooks, people, unreachable } = withoutFailed(breach, alert, all);
  const at = gate.clock.now();
  const { id, regime, step, kind, about, due } = alert;
  const late = at - due > LATE_MS;
  logAlert(gate, breach, alert, late);
  for (const each of unreachable) logUnreachable(gate, breach, id, each);
  const { controller } = breach.opened.data;
  const type = 'breach.alert';
  const origin = gate.publicUrl?.() ?? null;
  const link = { breachId: breach.id, alertId: id };
  const acknowledge = origin === null ? null : acknowledgeUrl(gate.keys, origin, link);
  const data = { ...alertMessage(breach, alert, late), acknowledgeUrl: acknowledge };
  const announced: Announced =
    controller === null
      ? { writes: [], due: [] }
      : await announcements(gate, { controller, type, data, id, behind }, [...webhooks, ...people]);
  const channels = [
    'log',
    ...webhooks.map(channelOf),
    ...people,
    ...unreachable.map((each) => `unreachable:${each}`),
  ];
  return {
    announced,
    entry: {
      ...{ at, by: GATE, type: 'alert_delivered' },
      data: { alert: id, regime, step, kind, about, due, late, channels },
    },
  };
}

/** The log line is what every home has; it names the case and no detail of it. */
function logAlert(gate: Gate, breach: BreachCase, alert: PlannedAlert, late: boolean): void {
  const { id, regime, step, kind, about, due } = alert;
  gate.log.write('warn', 'breach alert', {
    breach: breach.id,
    ...{ alert: id, regime, step, kind, about, late },
    due: formatInstant(due),
    drill: breach.opened.data.drill,
    missing: missingFacts(breach).join(' '),
  });
}

const unreachableReasons: Readonly<Record<AlertTargetKind, string>> = Object.freeze({
  webhook: 'no webhook with the URL of this target is registered',
  email: 'this gate has no address to send e-mail from',
  sns: 'this gate has no SNS',
});

/** The kind, never the address. */
function logUnreachable(
  gate: Gate,
  breach: BreachCase,
  alert: string,
  kind: AlertTargetKind,
): void {
  const reason = unreachableReasons[kind];
  gate.log.write('error', 'breach alert reaches nobody here', {
    ...{ breach: breach.id, alert, kind, reason },
  });
}

/** How often the sweep comes: every minute on AWS, and at home, where it costs nothing, sooner. */
function sweepEveryMs({ aloneSince }: Gate): number {
  return aloneSince === undefined ? MINUTE_MS : limits.localAlertSweepSeconds * SECOND_MS;
}

/** Sends on what is due by now, or will be before the next round but one. */
export async function sweepAlerts(gate: Gate): Promise<void> {
  const now = gate.clock.now();
  const due = await dueBreaches(gate, now + 2 * sweepEveryMs(gate));
  const messages = due.map(({ id, at }) => ({
    id,
    body: JSON.stringify({ breachId: id }),
    delaySeconds: Math.max(0, Math.ceil((at - now) / SECOND_MS)),
  }));
  if (messages.length === 0) return;
  const { failed } = await gate.queues.send('breach-due', messages);
  if (failed.length > 0) gate.log.write('error', 'breaches not sent on', { count: failed.length });
}
