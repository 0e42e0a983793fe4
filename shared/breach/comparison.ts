import type { GuidelineComparison } from '../contract/breach-cases.ts';
import type { BreachCase } from './breach-case.ts';
import { nearestCase, traitsOf } from './guideline-cases.ts';
import { severityView } from './severity-view.ts';

/**
 * What the nearest example of the EDPB comes to, beside what the score proposes. Where the two
 * differ the case says so: whoever decides has to know that it is arguable.
 */
export function comparisonOf(breach: BreachCase): GuidelineComparison | null {
  const { assessment, facts, opened } = breach;
  if (assessment === null) return null;
  const { severity } = assessment.data;
  const nearest = nearestCase(
    traitsOf(severity, {
      types: opened.data.types,
      sensitive: facts.specialCategories ?? false,
      vulnerable: facts.vulnerableGroups ?? false,
    }),
  );
  const { proposal } = severityView(severity);
  const { number, title, notifyAuthority, communicateToSubjects } = nearest;
  const differs =
    notifyAuthority !== proposal.notifyAuthority ||
    communicateToSubjects !== proposal.communicateToSubjects;
  return {
    case: number,
    ...{ title, notifyAuthority, communicateToSubjects, differs },
    text: {
      de:
        `Am ähnlichsten: Fall ${number} der Leitlinien 01/2021 (${title.de}): ` +
        `${outcome('de', nearest)}${differs ? '. Der Wert nach ENISA schlägt anderes vor' : ''}`,
      en:
        `looks most like case ${number} of the Guidelines 01/2021 (${title.en}): ` +
        `${outcome('en', nearest)}${differs ? '; the score by ENISA proposes otherwise' : ''}`,
    },
  };
}

function outcome(
  language: 'de' | 'en',
  outcomes: { readonly notifyAuthority: boolean; readonly communicateToSubjects: boolean },
): string {
  const words = {
    de: ['nur dokumentieren', 'Behörde melden', 'Behörde melden, Betroffene benachrichtigen'],
    en: ['document only', 'notify the authority', 'notify the authority, tell the people'],
  } as const;
  const place = Number(outcomes.notifyAuthority) + Number(outcomes.communicateToSubjects);
  return words[language][place] ?? '';
}
