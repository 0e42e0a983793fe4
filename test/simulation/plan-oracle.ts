import type { BreachEntry } from '../../shared/breach/breach-entry.ts';
import { HOUR_MS, MINUTE_MS, type EpochMs } from '../../shared/kernel/instant.ts';

/*
 * The alerts of a case, told again from RULES F.1 and F.2 and from what people noted, without the
 * code of the gate: cases of the GDPR and of NIS2 alone. Judges what the gate noted as delivered.
 */

/** A stretch of time, the end excluded. */
export interface Stretch {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

interface Expected {
  readonly key: string;
  readonly due: EpochMs;
}

interface Notes {
  awareAt: EpochMs | null;
  gdprGone: boolean;
  notified: boolean;
  readonly regimes: readonly string[];
  /** By key: when, and under which name. */
  readonly delivered: Map<string, { readonly at: EpochMs; readonly id: string }>;
  readonly acknowledged: Set<string>;
  /** By its name: where an alert belongs, and what it is about. */
  readonly known: Map<string, Known>;
  /** Alerts that were given up by one way, and when. */
  readonly givenUp: { readonly at: EpochMs; readonly id: string }[];
}

interface Known {
  readonly step: string;
  readonly kind: string;
  readonly about: string | null;
}

interface Row {
  readonly kind: string;
  readonly due: EpochMs;
  readonly escalates: boolean;
}

function gdprRows(awareAt: EpochMs): readonly Row[] {
  const hour = (count: number): Row => {
    return { kind: `T+${count}h`, due: awareAt + count * HOUR_MS, escalates: count >= 48 };
  };
  // 72 full hours behind the one in which somebody became aware (Reg. 1182/71).
  const intoHour = awareAt % HOUR_MS;
  const deadline = awareAt - intoHour + 73 * HOUR_MS;
  return [
    ...[0, 12, 24, 48, 60, 66, 71].map(hour),
    { kind: 'overdue', due: deadline + 1, escalates: true },
  ];
}

function nis2Rows(awareAt: EpochMs, hours: number): readonly Row[] {
  const row = (kind: string, minutes: number): Row => {
    return { kind, due: awareAt + minutes * MINUTE_MS, escalates: false };
  };
  const length = hours * 60;
  return [
    row('start', 0),
    row('half', length / 2),
    row('three-quarters', (length * 3) / 4),
    row('last-hour', length - 60),
    { kind: 'overdue', due: awareAt + hours * HOUR_MS + 1, escalates: true },
  ];
}

function expectedNow(notes: Notes): readonly Expected[] {
  const { awareAt, regimes } = notes;
  if (awareAt === null) return [];
  const found: Expected[] = [];
  const add = (step: string, rows: readonly Row[]) => {
    const keyed = rows.map((row) => ({ ...row, key: `${step}/${row.kind}/${row.due}` }));
    found.push(...keyed);
    const last = keyed.filter(({ key }) => notes.delivered.has(key)).at(-1);
    const note = last === undefined ? undefined : notes.delivered.get(last.key);
    if (last === undefined || note === undefined || !last.escalates) return;
    if (notes.acknowledged.has(note.id)) return;
    const due = note.at + 30 * MINUTE_MS;
    found.push({ key: `${step}/unacknowledged/${due}/${note.id}`, due });
  };
  /** The others are told at once, unless somebody has seen it. */
  const tell = (step: string) => {
    for (const { at, id } of notes.givenUp) {
      const alert = notes.known.get(id);
      if (alert?.step !== step || alert.kind === 'undelivered') continue;
      if (!notes.acknowledged.has(id))
        found.push({ key: `${step}/undelivered/${at}/${id}`, due: at });
    }
  };
  if (regimes.includes('GDPR') && !notes.notified && !notes.gdprGone) {
    add('GDPR/notification', gdprRows(awareAt));
    tell('GDPR/notification');
  }
  if (regimes.includes('NIS2')) {
    add('NIS2/early-warning', nis2Rows(awareAt, 24));
    add('NIS2/notification', nis2Rows(awareAt, 72));
    for (const step of ['NIS2/early-warning', 'NIS2/notification']) tell(step);
  }
  return found;
}

function note(notes: Notes, entry: BreachEntry): void {
  if (entry.type === 'awareness_set') notes.awareAt = entry.data.awareAt;
  if (entry.type === 'assessed') notes.gdprGone = entry.data.riskDecision === 'NO_RISK';
  if (entry.type === 'notified') notes.notified = true;
  if (entry.type === 'alert_undelivered') {
    notes.givenUp.push({ at: entry.at, id: entry.data.alert });
  }
  if (entry.type !== 'alert_acknowledged') return;
  notes.acknowledged.add(entry.data.alert);
  const about = notes.known.get(entry.data.alert)?.about ?? null;
  if (about !== null) notes.acknowledged.add(about);
}

/**
 * Everything that is wrong with what was delivered by `end`. An alert is late when it stood open
 * for longer than the bound within one stretch in which the system was up.
 */
export function judge(
  entries: readonly BreachEntry[],
  up: readonly Stretch[],
  { boundMs, end }: { readonly boundMs: number; readonly end: EpochMs },
): readonly string[] {
  const [opened] = entries;
  if (opened?.type !== 'opened') return ['the case has no beginning'];
  const notes: Notes = {
    ...{ awareAt: null, gdprGone: false, notified: false, regimes: opened.data.regimes },
    ...{ delivered: new Map(), acknowledged: new Set(), known: new Map(), givenUp: [] },
  };
  const wrong: string[] = [];
  const openSince = new Map<string, EpochMs>();
  const closeAll = (now: EpochMs, still: ReadonlySet<string>) => {
    for (const [key, since] of openSince) {
      if (still.has(key)) continue;
      const late = longestUp(up, { from: since, to: now });
      if (late > boundMs) wrong.push(`${key} stood open for ${late} ms`);
      openSince.delete(key);
    }
  };
  const look = (now: EpochMs) => {
    const open = expectedNow(notes).filter(({ key }) => !notes.delivered.has(key));
    closeAll(now, new Set(open.map(({ key }) => key)));
    for (const { key, due } of open) {
      if (!openSince.has(key)) openSince.set(key, Math.max(due, now));
    }
  };
  for (const entry of entries) {
    if (entry.type === 'alert_delivered') {
      const { regime, step, kind, due, about, alert } = entry.data;
      const key = [`${regime}/${step}/${kind}/${due}`, ...(about === null ? [] : [about])].join(
        '/',
      );
      const planned = expectedNow(notes).some((expected) => expected.key === key);
      if (!planned) wrong.push(`${key} was delivered and not planned`);
      if (due > entry.at) wrong.push(`${key} was delivered before its time`);
      if (notes.delivered.has(key)) wrong.push(`${key} was noted twice`);
      if (entry.data.late !== entry.at - due > 90_000) wrong.push(`${key} is wrong about late`);
      notes.delivered.set(key, { at: entry.at, id: alert });
      notes.known.set(alert, { step: `${regime}/${step}`, kind, about });
    } else note(notes, entry);
    look(entry.at);
  }
  const left = [...openSince].filter(([, since]) => since < end - boundMs);
  for (const [key] of left) wrong.push(`${key} was never delivered`);
  return wrong;
}

/** The longest time within a stretch for which the system was up without a break. */
function longestUp(up: readonly Stretch[], { from, to }: Stretch): number {
  let longest = 0;
  for (const stretch of up) {
    longest = Math.max(longest, Math.min(stretch.to, to) - Math.max(stretch.from, from));
  }
  return longest;
}
