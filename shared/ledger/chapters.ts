import type { ContactKey, ContactPointName } from './contact-key.ts';
import type { EventOf } from './fold-draft.ts';
import { permissionTypes, type LedgerEvent } from './ledger-event.ts';
import { eventsBySubject, linksOf, type Links } from './reach.ts';
import { withoutEarlierReports } from './sale-reports.ts';
import { isSeparation, partsOf, type Separation } from './separation.ts';

/** Events in the order in which they count, and what erasures have made of them. */
export interface History {
  readonly ordered: readonly LedgerEvent[];
  /** Events that an erasure covers, whether they outlive it or not. */
  readonly covered: ReadonlySet<LedgerEvent>;
  /** Whether an event has ended with an erasure; whom it named together stays one subject. */
  readonly dropped: (event: LedgerEvent) => boolean;
}

/** One subject: who belongs together, and the events that tell of it, cut to its contact points. */
export interface Subject {
  readonly links: Links;
  readonly events: readonly LedgerEvent[];
}

/** An event that counts for a contact point. */
export interface Told<Event extends LedgerEvent = LedgerEvent> {
  readonly event: Event;
  /** As the links know it; none where only a later link has brought it near: then it refuses. */
  readonly seen: readonly LedgerEvent[];
}

/** A part of a contact point's history in which nobody was told apart from it. */
export interface Chapter {
  readonly links: Links;
  readonly told: readonly Told[];
  /** Descriptions of before it that a later link has brought near. */
  readonly late: readonly Told<EventOf<'subject.registered'>>[];
  /** The separation that ends it; null for the last one. */
  readonly endedBy: Separation | null;
}

/** A contact point with its history. */
export interface Course {
  readonly name: ContactPointName;
  readonly chapters: readonly Chapter[];
}

/** The courses of all contact points that the events name. */
export function coursesOf(history: History): readonly Course[] {
  return eventsBySubject(history.ordered).flatMap((events) => {
    const separations = events.filter(isSeparation);
    if (separations.length > 0) return separatedCourses({ ...history, ordered: events });
    const standing = withoutEarlierReports(events.filter((event) => !history.dropped(event)));
    const { covered } = history;
    const links = linksOf(standing, { covered, dropped: events.filter(history.dropped) });
    const told = standing.map((event) => ({ event, seen: [event] }));
    const chapters = [{ links, told, late: [], endedBy: null }];
    return links.contactPoints.map((name) => ({ name, chapters }));
  });
}

/** The subjects that the events are about, as far as anybody knows by now. */
export function subjectsOf(history: History): readonly Subject[] {
  return subjectsBefore(history, history.ordered.length).subjects;
}

/** Who belonged together at some place in the history: each separation before it has counted. */
interface Stage {
  readonly subjects: readonly Subject[];
  readonly bySubject: ReadonlyMap<ContactKey, Subject>;
  /** What each subject sees of an event. */
  readonly seen: (subject: Subject, event: LedgerEvent) => readonly LedgerEvent[];
}

function subjectsBefore({ ordered, covered, dropped }: History, place: number): Stage {
  const events = ordered.slice(0, place);
  const separations = events.flatMap((event, index) =>
    isSeparation(event) ? [{ index, separation: event }] : [],
  );
  const whole = new Map<LedgerEvent, LedgerEvent>();
  const copies: LedgerEvent[] = [];
  const ended = new Set<LedgerEvent>();
  const coveredCopies = new Set<LedgerEvent>();
  events.forEach((event, index) => {
    const later = separations.filter((each) => each.index > index);
    const parts = partsOf(
      event,
      later.map(({ separation }) => separation),
    );
    for (const named of parts.filter(({ length }) => length > 0)) {
      const copy = parts.length === 1 ? event : { ...event, named: [...named] };
      copies.push(copy);
      whole.set(copy, event);
      if (dropped(event)) ended.add(copy);
      if (covered.has(event)) coveredCopies.add(copy);
    }
  });
  const known = new Map<Subject, Map<LedgerEvent, LedgerEvent[]>>();
  const bySubject = new Map<ContactKey, Subject>();
  for (const all of eventsBySubject(copies)) {
    const standing = all.filter((copy) => !ended.has(copy));
    const gone = all.filter((copy) => ended.has(copy));
    const links = linksOf(standing, { covered: coveredCopies, dropped: gone });
    const subject = { links, events: standing };
    const seen = new Map<LedgerEvent, LedgerEvent[]>();
    for (const copy of standing) {
      const event = whole.get(copy) ?? copy;
      seen.set(event, [...(seen.get(event) ?? []), copy]);
    }
    known.set(subject, seen);
    for (const { key } of links.contactPoints) bySubject.set(key, subject);
  }
  return {
    subjects: [...known.keys()],
    bySubject,
    seen: (subject, event) => known.get(subject)?.get(event) ?? [],
  };
}

function separatedCourses(history: History): readonly Course[] {
  const places = history.ordered.flatMap((event, place) => (isSeparation(event) ? [place] : []));
  const stages = [...places, history.ordered.length].map((place) => subjectsBefore(history, place));
  const names = new Map<ContactKey, ContactPointName>();
  for (const { named } of history.ordered) for (const name of named) names.set(name.key, name);
  return [...names.values()].map((name) => ({
    name,
    chapters: chaptersOf(history, { places, stages, name }),
  }));
}

interface Separated {
  readonly places: readonly number[];
  readonly stages: readonly Stage[];
  readonly name: ContactPointName;
}

/** Only a separation of its own subject ends a chapter of a contact point. */
function chaptersOf(
  { ordered, dropped }: History,
  { places, stages, name }: Separated,
): readonly Chapter[] {
  const own = stages.map((stage) => stage.bySubject.get(name.key));
  const ends = stages.flatMap((_, index) => {
    const place = places[index];
    if (place === undefined) return [{ index, place: ordered.length }];
    const known = new Set(own[index]?.links.contactPoints.map(({ key }) => key));
    const concerns = ordered[place]?.named.some(({ key }) => known.has(key)) ?? false;
    return concerns ? [{ index, place }] : [];
  });
  const chapters: Chapter[] = [];
  const late: EventOf<'subject.registered'>[] = [];
  let start = 0;
  for (const { index, place } of ends) {
    const [stage, subject] = [stages[index], own[index]];
    if (stage === undefined || subject === undefined) continue;
    const told: Told[] = [];
    for (const event of ordered.slice(start, place)) {
      if (dropped(event)) continue;
      const seen = stage.seen(subject, event);
      if (seen.length > 0) told.push({ event, seen });
      else if (isNearLater(event, { stages, own, after: index })) {
        if (event.type === 'subject.registered') late.push(event);
        else if (!permissionTypes.has(event.type)) told.push({ event, seen });
      }
    }
    const end = ordered[place];
    const endedBy = end !== undefined && isSeparation(end) ? end : null;
    const brought = late.map((event) => ({ event, seen: stage.seen(subject, event) }));
    chapters.push({
      links: subject.links,
      told,
      late: endedBy === null ? brought : [],
      endedBy,
    });
    start = place;
  }
  return withReports(chapters);
}

/** A refusal reaches the whole subject, whenever the link was made. */
function isNearLater(
  event: LedgerEvent,
  later: {
    readonly stages: readonly Stage[];
    readonly own: readonly (Subject | undefined)[];
    readonly after: number;
  },
): boolean {
  return later.stages.some((stage, index) => {
    const subject = later.own[index];
    return index > later.after && subject !== undefined && stage.seen(subject, event).length > 0;
  });
}

/** Of several reports on one sale the last one counts, among those that the contact point sees. */
function withReports(chapters: readonly Chapter[]): readonly Chapter[] {
  const all = withoutEarlierReports(chapters.flatMap(({ told }) => told.map(({ event }) => event)));
  let place = 0;
  return chapters.map((chapter) => ({
    ...chapter,
    told: chapter.told.map(({ seen, event }) => ({ event: all[place++] ?? event, seen })),
  }));
}
