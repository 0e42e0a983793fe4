import type { BreachReport } from '../contract/breach-cases.ts';
import type { Language } from '../kernel/document.ts';

type Section = BreachReport['sections'][number];

/*
 * A German authority's online form asks for the same in another order: that of the Land
 * Niedersachsen (LfD, Meldung nach Art. 33 DSGVO), as read in 2026. Who reports comes first, then
 * the times, the breach, the data, the people, what was in place, what may follow, what is done.
 */

interface FormSection {
  readonly title: Readonly<Record<Language, string>>;
  readonly fields: readonly string[];
}

const form: readonly FormSection[] = [
  {
    title: { de: 'Über den Meldenden', en: 'Who reports' },
    fields: [
      ...['phase', 'reference', 'regimes'],
      ...['controller', 'role', 'contact', 'authority', 'authorityCandidates'],
    ],
  },
  {
    title: { de: 'Zeitliche Darstellung', en: 'When it happened' },
    fields: ['suspectedAt', 'awareAt', 'awareBasis', 'delayReason'],
  },
  {
    title: { de: 'Angaben zum Verstoß', en: 'What happened' },
    fields: ['description', 'nature', 'types'],
  },
  {
    title: { de: 'Über die betroffenen Daten', en: 'The data concerned' },
    fields: ['dataCategories', 'specialCategories', 'recordsApprox'],
  },
  {
    title: { de: 'Über die betroffenen Personen', en: 'The people concerned' },
    fields: ['subjectsApprox', 'vulnerableGroups', 'countries'],
  },
  {
    title: { de: 'Maßnahmen vor dem Vorfall', en: 'Measures before the incident' },
    fields: ['measuresBefore'],
  },
  {
    title: { de: 'Konsequenzen', en: 'Consequences' },
    fields: ['consequences', 'severity', 'riskDecision', 'reasons', 'comparison'],
  },
  {
    title: { de: 'Maßnahmen nach dem Vorfall', en: 'Measures after the incident' },
    fields: ['measuresTaken', 'measuresPlanned'],
  },
  {
    title: { de: 'Benachrichtigung der Betroffenen', en: 'Communication to the people concerned' },
    fields: ['communicated', 'communicationText', 'exception'],
  },
];

/** The same fields, each once, in the order of the form. */
export function inOrderOfForm(sections: readonly Section[], language: Language): Section[] {
  const fields = sections.flatMap((section) => section.fields);
  return form.map(({ title, fields: names }) => ({
    title: title[language],
    fields: names.flatMap((name) => fields.find((field) => field.name === name) ?? []),
  }));
}
