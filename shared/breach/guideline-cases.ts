import type { SeveritySubmission } from '../contract/breaches.ts';
import { severityScore } from './severity.ts';

/** A breach as far as the examples of the EDPB are told apart by it. */
export interface BreachTraits {
  /** Letters of C, I and A, in that order. */
  readonly types: string;
  readonly malicious: boolean;
  /** The data cannot be read without a key that is safe. */
  readonly unintelligible: boolean;
  readonly sensitive: boolean;
  readonly vulnerable: boolean;
  readonly individuals: number;
  /** Score of the data by ENISA, 1 to 4. */
  readonly data: number;
  /** Ease of identification, 0.25 to 1. */
  readonly ease: number;
}

export interface GuidelineCase extends BreachTraits {
  readonly number: number;
  readonly title: { readonly de: string; readonly en: string };
  /** What the guidelines come to: Art. 33(1) and Art. 34(1) GDPR; all are documented. */
  readonly notifyAuthority: boolean;
  readonly communicateToSubjects: boolean;
}

type Row = readonly [
  de: string,
  en: string,
  outcome: 'none' | 'authority' | 'both',
  types: string,
  marks: string,
  individuals: number,
  data: number,
  ease: number,
];

/** Marks: m malicious, u unintelligible, s special categories, v vulnerable people. */
const rows: readonly Row[] = [
  ['Erpressung, Sicherung vorhanden', 'ransomware, backup at hand', 'none', 'A', 'mu', 50, 1, 1],
  ['Erpressung ohne Sicherung', 'ransomware without a backup', 'authority', 'A', 'm', 50, 1, 1],
  ['Erpressung im Krankenhaus', 'ransomware in a hospital', 'both', 'A', 'msv', 5_000, 4, 1],
  ['Erpressung mit Abfluss', 'ransomware with exfiltration', 'both', 'CA', 'm', 5_000, 4, 1],
  ['Bewerbungen abgegriffen', 'job applications taken', 'both', 'CI', 'm', 213, 2, 1],
  ['Passwort-Hashes abgegriffen', 'hashed passwords taken', 'none', 'C', 'mu', 1_200, 1, 0.25],
  ['Anmeldungen bei einer Bank', 'log-ins at a bank', 'both', 'C', 'm', 2_000, 3, 1],
  ['Kundendaten mitgenommen', 'customer data taken along', 'authority', 'C', 'm', 500, 1, 0.75],
  ['An Vertrauensperson gesendet', 'sent to a trusted person', 'none', 'C', '', 24, 1, 0.75],
  ['Gerät gestohlen, verschlüsselt', 'device stolen, encrypted', 'none', 'CA', 'muv', 100, 2, 0.25],
  ['Gerät gestohlen, lesbar', 'device stolen, readable', 'both', 'CA', 'm', 100_000, 2, 1],
  ['Patientenakten gestohlen', 'medical records stolen', 'both', 'CA', 'msv', 500, 4, 1],
  ['Zwei Sendungen vertauscht', 'two parcels swapped', 'none', 'C', '', 2, 1, 0.75],
  ['Liste an falschen Empfänger', 'list to a wrong address', 'both', 'C', 'v', 60_000, 3, 1],
  ['Kursliste an Ehemalige', 'course list to former members', 'none', 'C', 's', 15, 1, 0.5],
  ['Brief an falschen Kunden', 'letter to a wrong customer', 'authority', 'C', '', 1, 1, 1],
  ['Identität am Telefon gestohlen', 'identity stolen by phone', 'both', 'CI', 'm', 1, 3, 1],
  ['Postfächer umgeleitet', 'mailboxes forwarded', 'both', 'C', 'm', 99, 3, 1],
];

/**
 * The eighteen examples of the Guidelines 01/2021 of the EDPB (RULES F.5), by what tells them
 * apart. Numbers of people that the guidelines do not name are of the order that they describe.
 */
export const guidelineCases: readonly GuidelineCase[] = Object.freeze(
  rows.map(([de, en, outcome, types, marks, individuals, data, ease], index) => ({
    number: index + 1,
    title: { de, en },
    notifyAuthority: outcome !== 'none',
    communicateToSubjects: outcome === 'both',
    types,
    malicious: marks.includes('m'),
    unintelligible: marks.includes('u'),
    sensitive: marks.includes('s'),
    vulnerable: marks.includes('v'),
    ...{ individuals, data, ease },
  })),
);

/**
 * How unlike two breaches are. Whether the data can be read and whether somebody meant it decide
 * most of the examples, so they weigh most; numbers of people count by their orders of magnitude.
 */
function distance(one: BreachTraits, other: BreachTraits): number {
  const differs = (trait: 'malicious' | 'unintelligible' | 'sensitive' | 'vulnerable') =>
    one[trait] === other[trait] ? 0 : 1;
  const letters = [...'CIA'].filter(
    (letter) => one.types.includes(letter) !== other.types.includes(letter),
  );
  const magnitude = Math.abs(Math.log10(one.individuals + 1) - Math.log10(other.individuals + 1));
  return (
    3 * differs('unintelligible') +
    3 * differs('malicious') +
    2 * differs('sensitive') +
    1.5 * differs('vulnerable') +
    1.5 * letters.length +
    Math.abs(one.data - other.data) +
    2 * Math.abs(one.ease - other.ease) +
    0.5 * magnitude
  );
}

/** The example that a breach looks most like; of two as near the first. */
export function nearestCase(traits: BreachTraits): GuidelineCase {
  const [first, ...others] = guidelineCases;
  if (first === undefined) throw new Error('invariant broken: there are eighteen examples');
  return others.reduce(
    (best, each) => (distance(traits, each) < distance(traits, best) ? each : best),
    first,
  );
}

/** What an assessment and the known facts say of the traits. */
export function traitsOf(
  severity: SeveritySubmission,
  more: {
    readonly types: readonly string[];
    readonly sensitive: boolean;
    readonly vulnerable: boolean;
  },
): BreachTraits {
  const data = Array.isArray(severity.dpc) ? severity.dpc : [severity.dpc];
  const zero = { confidentiality: 0, integrity: 0, availability: 0, malicious: false };
  return {
    types: [...'CIA'].filter((letter) => more.types.includes(letter)).join(''),
    malicious: severity.malicious,
    unintelligible: severity.unintelligible,
    sensitive: more.sensitive || data.some(({ kind }) => kind === 'sensitive'),
    vulnerable: more.vulnerable,
    individuals: severity.individuals,
    data: severityScore({ data, easeOfIdentification: 1, ...zero }),
    ease: severity.ei,
  };
}
