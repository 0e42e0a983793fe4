import type { NotificationPhase, RiskDecision } from '../contract/breach-cases.ts';
import type { SeverityBand } from '../contract/breaches.ts';
import type { Language } from '../kernel/document.ts';
import type { StepState } from './case-clock.ts';

interface ReportWords {
  readonly title: string;
  readonly drill: string;
  readonly drillNotice: string;
  readonly confidential: string;
  readonly completeness: string;
  readonly complete: string;
  readonly incomplete: string;
  readonly missing: string;
  readonly none: string;
  readonly deadlines: string;
  readonly noDeadlines: string;
  readonly deadlineColumns: readonly string[];
  /** Names of steps (`regimes.ts`); the rest is named as in the clock. */
  readonly steps: Readonly<Partial<Record<string, string>>>;
  readonly people: (count: number) => string;
  readonly followUp: string;
  readonly candidatesRule: string;
  readonly yesNo: (value: boolean) => string;
  readonly phases: Readonly<Record<NotificationPhase, string>>;
  readonly roles: Readonly<Record<'controller' | 'processor', string>>;
  readonly types: Readonly<Record<'C' | 'I' | 'A', string>>;
  readonly risks: Readonly<Record<RiskDecision, string>>;
  readonly bands: Readonly<Record<SeverityBand, string>>;
  readonly states: Readonly<Record<StepState, string>>;
  readonly sections: Readonly<Record<SectionName, string>>;
  readonly fields: Readonly<Record<FieldName, string>>;
}

type SectionName =
  | 'kind'
  | 'parties'
  | 'nature'
  | 'people'
  | 'measuresBefore'
  | 'consequences'
  | 'measures'
  | 'communication';

type FieldName =
  | 'phase'
  | 'reference'
  | 'regimes'
  | 'controller'
  | 'role'
  | 'contact'
  | 'authority'
  | 'authorityCandidates'
  | 'description'
  | 'nature'
  | 'types'
  | 'suspectedAt'
  | 'awareAt'
  | 'awareBasis'
  | 'delayReason'
  | 'dataCategories'
  | 'specialCategories'
  | 'subjectsApprox'
  | 'recordsApprox'
  | 'vulnerableGroups'
  | 'countries'
  | 'measuresBefore'
  | 'consequences'
  | 'severity'
  | 'riskDecision'
  | 'reasons'
  | 'comparison'
  | 'measuresTaken'
  | 'measuresPlanned'
  | 'communicated'
  | 'communicationText'
  | 'exception';

const german: ReportWords = {
  title: 'Meldung einer Verletzung des Schutzes personenbezogener Daten',
  drill: 'ÜBUNG',
  drillNotice: 'Das ist eine Übung. Es ist nichts geschehen, und nichts hiervon wird gemeldet.',
  confidential: 'vertraulich',
  completeness: 'Vollständigkeit',
  complete: 'Alle Angaben des Art. 33 Abs. 3 DSGVO liegen vor.',
  incomplete: 'Diese Angaben fehlen noch; sie dürfen unverzüglich nachfolgen (Art. 33 Abs. 4):',
  missing: 'noch nicht bekannt',
  none: '–',
  deadlines: 'Fristen',
  noDeadlines: 'Es läuft keine Frist: Noch ist niemandem die Verletzung bekannt.',
  deadlineColumns: ['Regelwerk', 'Schritt', 'fällig', 'Stand'],
  steps: {
    notification: 'Meldung',
    'notice-to-controller': 'Meldung an den Verantwortlichen',
    'early-warning': 'Frühwarnung',
    initial: 'Erstmeldung',
    'initial-outer-limit': 'Erstmeldung, spätestens',
    intermediate: 'Zwischenmeldung',
    final: 'Abschlussmeldung',
    'final-vulnerability': 'Abschlussbericht (Schwachstelle)',
    'final-incident': 'Abschlussbericht (Vorfall)',
    'second-notification': 'zweite Meldung',
    completion: 'Ergänzung der Meldung',
    'widespread-infringement': 'Meldung (weitverbreiteter Verstoß)',
    death: 'Meldung (Todesfall)',
    'serious-incident': 'Meldung (schwerwiegender Vorfall)',
    notice: 'Anzeige',
  },
  people: (count) => `${count.toLocaleString('de')} ${count === 1 ? 'Person' : 'Personen'}`,
  followUp: 'Folgemeldung',
  candidatesRule:
    'Zuständig ist die Behörde des Landes der Hauptniederlassung (§ 40 Abs. 2 BDSG), und der ' +
    'Fall nennt kein Land. Es kommen in Betracht:',
  yesNo: (value) => (value ? 'ja' : 'nein'),
  phases: {
    INITIAL: 'Erstmeldung',
    SUPPLEMENT: 'Ergänzung',
    FINAL: 'Abschluss',
    WITHDRAWAL: 'Rücknahme',
  },
  roles: { controller: 'Verantwortlicher', processor: 'Auftragsverarbeiter' },
  types: { C: 'Vertraulichkeit', I: 'Integrität', A: 'Verfügbarkeit' },
  risks: { NO_RISK: 'voraussichtlich kein Risiko', RISK: 'Risiko', HIGH_RISK: 'hohes Risiko' },
  bands: { LOW: 'niedrig', MEDIUM: 'mittel', HIGH: 'hoch', VERY_HIGH: 'sehr hoch' },
  states: { running: 'läuft', met: 'erledigt', overdue: 'überschritten', cancelled: 'entfallen' },
  sections: {
    kind: 'Art der Meldung',
    parties: 'Verantwortlicher und Ansprechpartner',
    nature: 'Art der Verletzung',
    people: 'Daten und betroffene Personen',
    measuresBefore: 'Schutzmaßnahmen vor der Verletzung',
    consequences: 'Wahrscheinliche Folgen und Risiko',
    measures: 'Maßnahmen',
    communication: 'Benachrichtigung der Betroffenen',
  },
  fields: {
    phase: 'Meldung',
    reference: 'Aktenzeichen der Behörde',
    regimes: 'Regelwerke',
    controller: 'Verantwortlicher',
    role: 'Rolle',
    contact: 'Datenschutzbeauftragter oder Anlaufstelle',
    authority: 'zuständige Behörde (Vorschlag)',
    authorityCandidates: 'mögliche Behörden',
    description: 'Beschreibung',
    nature: 'Art der Verletzung',
    types: 'Verletzt wurden',
    suspectedAt: 'erster Verdacht',
    awareAt: 'bekannt geworden',
    awareBasis: 'bekannt geworden durch',
    delayReason: 'Gründe der Verspätung',
    dataCategories: 'Kategorien der Daten',
    specialCategories: 'besondere Kategorien (Art. 9)',
    subjectsApprox: 'ungefähre Zahl der Personen',
    recordsApprox: 'ungefähre Zahl der Datensätze',
    vulnerableGroups: 'schutzbedürftige Gruppen',
    countries: 'betroffene Staaten',
    measuresBefore: 'getroffen vor der Verletzung',
    consequences: 'wahrscheinliche Folgen',
    severity: 'Schwere nach ENISA',
    riskDecision: 'Entscheidung über das Risiko',
    reasons: 'Gründe',
    comparison: 'Vergleich',
    measuresTaken: 'ergriffene Maßnahmen',
    measuresPlanned: 'vorgeschlagene Maßnahmen',
    communicated: 'benachrichtigt',
    communicationText: 'Text',
    exception: 'Ausnahme (Art. 34 Abs. 3)',
  },
};

const english: ReportWords = {
  title: 'Notification of a personal data breach',
  drill: 'DRILL',
  drillNotice: 'This is a drill. Nothing has happened, and none of this is notified.',
  confidential: 'confidential',
  completeness: 'Completeness',
  complete: 'All that Art. 33(3) GDPR asks for is here.',
  incomplete: 'This is missing; it may follow without undue further delay (Art. 33(4)):',
  missing: 'not known yet',
  none: '–',
  deadlines: 'Deadlines',
  noDeadlines: 'No deadline is running: nobody is aware of a breach yet.',
  deadlineColumns: ['Regime', 'Step', 'Due', 'State'],
  steps: {},
  people: (count) => `${count.toLocaleString('en')} ${count === 1 ? 'person' : 'people'}`,
  followUp: 'follow-up notification',
  candidatesRule:
    'Competent is the authority of the Land of the main establishment (§ 40(2) BDSG), and the ' +
    'case names no Land. It may be:',
  yesNo: (value) => (value ? 'yes' : 'no'),
  phases: {
    INITIAL: 'initial notification',
    SUPPLEMENT: 'supplement',
    FINAL: 'final notification',
    WITHDRAWAL: 'withdrawal',
  },
  roles: { controller: 'controller', processor: 'processor' },
  types: { C: 'confidentiality', I: 'integrity', A: 'availability' },
  risks: { NO_RISK: 'a risk is unlikely', RISK: 'a risk', HIGH_RISK: 'a high risk' },
  bands: { LOW: 'low', MEDIUM: 'medium', HIGH: 'high', VERY_HIGH: 'very high' },
  states: { running: 'running', met: 'met', overdue: 'overdue', cancelled: 'fallen away' },
  sections: {
    kind: 'Type of notification',
    parties: 'Controller and contact',
    nature: 'Nature of the breach',
    people: 'Data and people concerned',
    measuresBefore: 'Measures in place before the breach',
    consequences: 'Likely consequences and risk',
    measures: 'Measures',
    communication: 'Communication to the people concerned',
  },
  fields: {
    phase: 'notification',
    reference: 'reference of the authority',
    regimes: 'regimes',
    controller: 'controller',
    role: 'role',
    contact: 'data protection officer or contact point',
    authority: 'competent authority (proposed)',
    authorityCandidates: 'possible authorities',
    description: 'description',
    nature: 'nature of the breach',
    types: 'breached',
    suspectedAt: 'first suspected',
    awareAt: 'aware since',
    awareBasis: 'aware through',
    delayReason: 'reasons for the delay',
    dataCategories: 'categories of data',
    specialCategories: 'special categories (Art. 9)',
    subjectsApprox: 'approximate number of people',
    recordsApprox: 'approximate number of records',
    vulnerableGroups: 'vulnerable groups',
    countries: 'states affected',
    measuresBefore: 'in place before',
    consequences: 'likely consequences',
    severity: 'severity by ENISA',
    riskDecision: 'decision on the risk',
    reasons: 'reasons',
    comparison: 'comparison',
    measuresTaken: 'measures taken',
    measuresPlanned: 'measures proposed',
    communicated: 'told',
    communicationText: 'text',
    exception: 'exception (Art. 34(3))',
  },
};

export const words: Readonly<Record<Language, ReportWords>> = Object.freeze({
  de: german,
  en: english,
});
