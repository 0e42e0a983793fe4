import type { CampaignFields } from '../../shared/contract/campaigns.ts';
import type { ControllerSettings } from '../../shared/contract/controllers.ts';
import type { ConsentEvent } from '../../shared/contract/events.ts';
import type { AllowCode, DenyCode } from '../../shared/contract/reason-codes.ts';
import type { Recipient } from '../../shared/contract/subjects.ts';

/** One question to the gate: who asks, what was recorded, about whom, and at which instant. */
export interface Question {
  readonly controller: ControllerSettings;
  readonly events: readonly ConsentEvent[];
  readonly campaign: CampaignFields;
  readonly recipient: Omit<Recipient, 'ref'>;
  readonly asOf: string;
}

/** A point that the text leaves open and that the gate has decided; see `choices.ts`. */
export type Choice = string;

/** What the catalogue says of it. */
export interface Judgement {
  readonly outcome: 'allow' | 'deny';
  readonly basis: AllowCode | null;
  readonly codes: ReadonlySet<DenyCode>;
  /** Whose facts and whose law decide is known: only then does every code say something. */
  readonly isIdentified: boolean;
}

/** An event with its instant in milliseconds, and whom it names, as `kind:value`. */
export type Recorded = ConsentEvent & { readonly at: number; readonly names: readonly string[] };

/** The facts of a case, gathered once and handed to every chapter. */
export interface Case {
  readonly question: Question;
  readonly now: number;
  readonly isAdvertising: boolean;
  /** Choices of the gate that are followed here for once; none: the stricter reading everywhere. */
  readonly choices: ReadonlySet<Choice>;
  /** Events about the person behind the contact point, oldest first. */
  readonly own: readonly Recorded[];
  /** Those of them that may permit something at this contact point. */
  readonly permitting: readonly Recorded[];
  /** Two people are behind the contact point: the stricter state of both holds. */
  readonly isShared: boolean;
  /** Events about other people whom the recipient's further identifiers name. */
  readonly beside: readonly Recorded[];
  /** The same, person by person. */
  readonly others: readonly (readonly Recorded[])[];
  /** Events about the domains of the contacted address. */
  readonly domain: readonly Recorded[];
  /** Identifiers that the campaign would contact, as `kind:value`; empty is a gap. */
  readonly contacts: readonly string[];
  readonly person: Person;
  /** Countries whose rules apply, strictest of all; null when they cannot be known. */
  readonly countries: readonly Country[] | null;
}

/** What is known of the person (RULES 0.4). */
export interface Person {
  readonly residence: string | null;
  readonly numberCountries: readonly string[];
  readonly type: 'CONSUMER' | 'SOLE_TRADER' | 'BUSINESS_PERSON' | 'BUSINESS_GENERIC' | null;
  readonly birthDate: string | null;
  readonly origin: Origin | null;
}

export interface Origin {
  readonly kind: 'own' | 'third_party' | 'public' | 'social';
  readonly obtainedAt: number;
  readonly noticeAt: number | null;
}

export const coveredCountries = [
  ...(['DE', 'AT', 'FR', 'IT', 'ES', 'NL', 'BE', 'PL', 'IE'] as const),
  ...(['LU', 'DK', 'SE', 'FI', 'CZ', 'PT', 'NO', 'GB', 'CH'] as const),
] as const;
export type Country = (typeof coveredCountries)[number];

export function isCovered(country: string): country is Country {
  return coveredCountries.some((each) => each === country);
}
