import { jurisdictions } from '../../../shared/policy/jurisdictions/all.ts';
import { changesByDate, countriesContents, countrySections } from './country-chapters.ts';
import { introduction } from './introduction.ts';
import { countries } from './law-rows.ts';
import { anchorOf } from './markdown.ts';
import { parameters, parameterTable } from './policy-tables.ts';
import { contestedRules, ruleChapters, rulesContents } from './rule-chapters.ts';
import { openPoints, pointInWords } from './unverified.ts';
import { groundsChapter, reasonIndex, wordsChapter } from './words-chapter.ts';

interface Chapter {
  readonly title: string;
  readonly parts: () => readonly string[];
}

/** What follows the rules. */
const chapters: readonly Chapter[] = [
  { title: 'Grounds for a contact', parts: groundsChapter },
  {
    title: 'Parameters of the policy',
    parts: () => [
      'No law fixes these numbers and switches; the defaults are the built-in policy. A' +
        ' controller may tighten each of them and loosen none. Where a country has a number of' +
        ' its own it takes the place of the default there; a number that the controller has' +
        ' tightened holds everywhere; and of several that apply the strictest counts.',
      parameterTable(),
    ],
  },
  {
    title: 'Changes of law by date',
    parts: () => [
      'Countries whose law is recorded in more than one version. The date is the first day of the' +
        ' new law, by the clocks of the country.',
      changesByDate(),
    ],
  },
  {
    title: 'The law by country',
    parts: () => [countriesContents(), ...countrySections()],
  },
  { title: 'Checklist: what counsel should verify', parts: checklist },
  { title: 'Words', parts: wordsChapter },
  { title: 'Reasons by code', parts: () => [reasonIndex()] },
];

/** `docs/rulebook.md`: every rule and every country's law, to be read and marked up by lawyers. */
export function renderRulebook(): string {
  const links = chapters.map(({ title }) => `- [${title}](${anchorOf(title)})`).join('\n');
  const sections = [
    ...introduction(),
    '## Contents',
    `${rulesContents()}\n${links}`,
    ...ruleChapters(),
    ...chapters.flatMap(({ title, parts }) => [`## ${title}`, ...parts()]),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** All that is open, to be ticked off: rules, parameters, and values by country. */
function checklist(): readonly string[] {
  const points = openPoints(jurisdictions, () => true);
  const byCountry = countries.flatMap((country) =>
    points.filter((point) => point.country === country),
  );
  const contested = [...parameters.values()].filter(({ words }) => words.contested === true);
  const lines = [
    ...contestedRules(),
    ...contested.map(({ words, name }) => `${words.en}: ${words.source} (\`${name}\`)`),
    ...byCountry.map((point) => `**${point.country}**, ${pointInWords(point)}`),
  ];
  return [
    'Contested rules and parameters, then the unverified values by country. Until somebody has' +
      ' looked, the gate takes the reading that the note names, which as a rule is the strict' +
      ' one. Whoever verifies a value takes its mark away in `shared/policy/jurisdictions`.',
    lines.map((line) => `- [ ] ${line}`).join('\n'),
  ];
}
