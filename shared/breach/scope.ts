import type { BreachScope, ScopeSelectors, ScopeSubmission } from '../contract/breach-scopes.ts';
import { limits } from '../contract/limits.ts';
import { channelContacts, type CampaignState, type Channel } from '../contract/vocabulary.ts';
import { formatInstant, MINUTE_MS, parseInstant, type EpochMs } from '../kernel/instant.ts';
import { checkScope, type Checked } from './checks.ts';
import type { BreachCase } from './breach-case.ts';
import type { NewEntry } from './breach-entry.ts';

/*
 * Which people a processor, a client, a campaign or a time touched (Art. 33(3)(a), 34 GDPR), from
 * the decision log. Whom a decision allows is given out to the marketing tool and its processors;
 * whom it denies is not. So those allowed count, and those denied are counted apart.
 */

/** What is known of a run of the log before its pages are read. */
export interface ScopeCandidate {
  readonly campaignId: string | null;
  readonly processors: readonly string[];
  /** Null where it was not kept. */
  readonly client: string | null;
  readonly evaluatedAt: EpochMs;
}

/** `unknown`: all else fits, and nobody knows who submitted it. */
export type ScopeMatch = 'in' | 'out' | 'unknown';

export function matchScope(selectors: ScopeSelectors, candidate: ScopeCandidate): ScopeMatch {
  const { campaignIds, processor, client, from, to } = selectors;
  const { campaignId, evaluatedAt } = candidate;
  if (campaignIds !== null && (campaignId === null || !campaignIds.includes(campaignId))) {
    return 'out';
  }
  if (from !== null && evaluatedAt < from) return 'out';
  if (to !== null && evaluatedAt > to) return 'out';
  if (processor !== null) {
    const wanted = plainName(processor);
    if (!candidate.processors.some((name) => plainName(name) === wanted)) return 'out';
  }
  if (client === null || client === candidate.client) return 'in';
  return candidate.client === null ? 'unknown' : 'out';
}

/** Names are typed by people: case, width and blanks do not tell two processors apart. */
export function plainName(name: string): string {
  return name.normalize('NFKC').trim().replaceAll(/\s+/gu, ' ').toLowerCase();
}

/** What a campaign allows stays in the gate until it is cleared, and for good when it never is. */
const withheld: ReadonlySet<CampaignState> = new Set<CampaignState>([
  ...(['draft', 'evaluating', 'held', 'rejected', 'failed'] as const),
]);

export function wasHandedOut(state: CampaignState): boolean {
  return !withheld.has(state);
}

/** What the processor had of each person: the contact point, and what the campaign says it used. */
export function categoriesOf(facts: {
  readonly channel: Channel;
  readonly profiling: { readonly attributes: readonly { readonly category: string }[] };
}): readonly string[] {
  const used = facts.profiling.attributes.map(({ category }) => category);
  return [...new Set([channelContacts[facts.channel], ...used])].sort();
}

/** Sums over all that was counted. */
export interface ScopeSums {
  /** Distinct contact points that were allowed, and those that were only ever denied. */
  readonly allowed: number;
  readonly denied: number;
  readonly allowedDecisions: number;
  readonly deniedDecisions: number;
  readonly byCountry: Readonly<Record<string, number>>;
  readonly byCategory: Readonly<Record<string, number>>;
}

export const noSums: ScopeSums = Object.freeze({
  ...{ allowed: 0, denied: 0, allowedDecisions: 0, deniedDecisions: 0 },
  ...{ byCountry: {}, byCategory: {} },
});

interface Person {
  allowed: boolean;
  readonly countries: Set<string>;
  readonly categories: Set<string>;
}

/** Tells the people of one range of keys apart. */
export class ScopeTally {
  readonly #people = new Map<string, Person>();
  #allowedDecisions = 0;
  #deniedDecisions = 0;

  /** `key` is null for a recipient that could not be keyed, of whom nothing was given out. */
  add(decision: {
    readonly key: string | null;
    readonly allowed: boolean;
    readonly countries: readonly string[];
    readonly categories: readonly string[];
  }): void {
    const { key, allowed, countries, categories } = decision;
    if (allowed) this.#allowedDecisions++;
    else this.#deniedDecisions++;
    if (key === null) return;
    const known = this.#people.get(key);
    const person = known ?? { allowed: false, countries: new Set(), categories: new Set() };
    if (known === undefined) this.#people.set(key, person);
    if (!allowed) return;
    person.allowed = true;
    for (const country of countries) person.countries.add(country);
    for (const category of categories) person.categories.add(category);
  }

  /** Keys of those who were given out, in their order. */
  allowedKeys(): readonly string[] {
    return [...this.#people].flatMap(([key, { allowed }]) => (allowed ? [key] : [])).sort();
  }

  addTo(sums: ScopeSums): ScopeSums {
    const people = [...this.#people.values()];
    const allowed = people.filter((person) => person.allowed);
    return {
      allowed: sums.allowed + allowed.length,
      denied: sums.denied + people.length - allowed.length,
      allowedDecisions: sums.allowedDecisions + this.#allowedDecisions,
      deniedDecisions: sums.deniedDecisions + this.#deniedDecisions,
      byCountry: counted(
        sums.byCountry,
        allowed.map(({ countries }) => countries),
      ),
      byCategory: counted(
        sums.byCategory,
        allowed.map(({ categories }) => categories),
      ),
    };
  }
}

function counted(
  before: Readonly<Record<string, number>>,
  people: readonly ReadonlySet<string>[],
): Readonly<Record<string, number>> {
  const sums = { ...before };
  for (const names of people) {
    for (const name of names) sums[name] = (sums[name] ?? 0) + 1;
  }
  return sums;
}

/** The most frequent first. */
export function ranked(
  sums: Readonly<Record<string, number>>,
): readonly { readonly name: string; readonly count: number }[] {
  return Object.entries(sums)
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

/** Numbers for Art. 33(3)(a) GDPR. A human looks at them and enters what is right. */
export function scopeProposal(
  sums: ScopeSums,
  specialCategories: boolean,
): NonNullable<BreachScope['proposal']> {
  const names = (of: Readonly<Record<string, number>>) => ranked(of).map(({ name }) => name);
  return {
    subjectsApprox: sums.allowed,
    recordsApprox: sums.allowedDecisions,
    countries: names(sums.byCountry).sort(),
    dataCategories: names(sums.byCategory).slice(0, limits.listItems),
    specialCategories,
  };
}

/** What the figures do not say by themselves. */
export function scopeNotes(clientUnknown: number): BreachScope['notes'] {
  const always = [
    {
      de: 'Gezählt sind Kontaktpunkte; wer mehrere hat, zählt mehrfach.',
      en: 'Contact points are counted; whoever has several is counted for each.',
    },
    {
      de:
        'Abgelehnte Empfänger wurden nicht herausgegeben; sie sind eigens gezählt. Wer in einer ' +
        'Kampagne abgelehnt und in einer anderen zugelassen wurde, zählt als herausgegeben.',
      en:
        'Denied recipients were not given out and are counted apart. Whoever was denied in one ' +
        'campaign and allowed in another counts as given out.',
    },
    {
      de: 'Die Staaten sind die, deren Recht die Entscheidung angewandt hat.',
      en: 'Countries are those whose law the decision applied.',
    },
    {
      de: 'Welche Empfänger einer Liste tatsächlich angeschrieben wurden, weiß das Tor nicht.',
      en: 'Whom of a list somebody has in fact written to, the gate does not know.',
    },
  ];
  if (clientUnknown === 0) return always;
  return [
    ...always,
    {
      de: `Bei ${clientUnknown} Auswertungen ist nicht gespeichert, wer sie angelegt hat.`,
      en: `Of ${clientUnknown} evaluations nobody knows who submitted them.`,
    },
  ];
}

/** The word that asks for a scope, judged by the case as it is. */
export function checkScopeRequest(
  breach: BreachCase,
  submission: ScopeSubmission,
  of: { readonly scope: string; readonly now: EpochMs },
): Checked<NewEntry> {
  const { from, to } = submission;
  const instant = (text: string | null | undefined) => (text == null ? null : parseInstant(text));
  const latest = of.now + limits.eventFutureMinutes * MINUTE_MS;
  const refused = checkScope(breach, { from: instant(from), latest });
  if (refused !== null) return refused;
  const selectors: ScopeSelectors = {
    campaignIds: submission.campaignIds == null ? null : [...new Set(submission.campaignIds)],
    processor: submission.processor ?? null,
    client: submission.client ?? null,
    from: instant(from),
    to: instant(to),
  };
  return { ok: true, entry: { type: 'scope_requested', data: { scope: of.scope, selectors } } };
}

/** The selectors as the contract shows them. */
export function selectorsView(selectors: ScopeSelectors): BreachScope['selectors'] {
  const text = (at: EpochMs | null) => (at === null ? null : formatInstant(at));
  return { ...selectors, from: text(selectors.from), to: text(selectors.to) };
}
