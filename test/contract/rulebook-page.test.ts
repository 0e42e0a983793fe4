import { describe, expect, it } from 'vitest';
import { denyCodes } from '../../shared/contract/reason-codes.ts';
import { jurisdictions } from '../../shared/policy/jurisdictions/all.ts';
import { rulebook } from '../../shared/policy/rulebook.ts';
import { changesByDate } from '../support/rulebook-page/country-chapters.ts';
import { placeInWords } from '../support/rulebook-page/law-in-words.ts';
import { groundsTable, lawTable, registersTable } from '../support/rulebook-page/law-tables.ts';
import { anchorOf } from '../support/rulebook-page/markdown.ts';
import { renderRulebook } from '../support/rulebook-page/page.ts';
import { freedomInWords, parameters } from '../support/rulebook-page/policy-tables.ts';
import {
  groundsInQuestion,
  inputsOf,
  registersInQuestion,
  ruleSection,
} from '../support/rulebook-page/rule-chapters.ts';
import { commentOf, ruleComment } from '../support/rulebook-page/rule-comments.ts';
import { campaignFacts, personFacts } from '../support/rulebook-page/words/facts.ts';
import { countryNames, lawWords, registerNames } from '../support/rulebook-page/words/law.ts';

/*
 * Whether `docs/rulebook.md` says of every rule and every law what a lawyer needs. That the file is
 * fresh stands in generated-documents.test.ts.
 */

const page = renderRulebook();

describe.each(rulebook)('the entry of $id', (rule) => {
  const section = ruleSection(rule);

  it('has its obligation, authority and name', () => {
    expect(section).toContain(rule.obligation.en.replace(/\.$/, ''));
    expect(section).toContain(`*${rule.obligation.de}*`);
    expect(section).toContain(rule.authority);
    expect(section).toContain(`\`${rule.id}\``);
  });

  it('has each code with the texts that people read, and marks gaps', () => {
    for (const code of rule.codes) {
      const { kind, text } = denyCodes[code];
      const line = section.split('\n').find((each) => each.includes(`\`${code}\``));
      expect(line).toContain(text.en);
      expect(line).toContain(text.de);
      expect(line?.includes('(a gap)')).toBe(kind === 'gap');
    }
  });

  it('has words for each input', () => {
    const { facts, policy, law } = inputsOf(rule);
    expect(facts.length + policy.length + law.length).toBeGreaterThanOrEqual(rule.inputs.length);
    for (const [input, { en }] of facts) expect(section).toContain(`${en} (\`${input}\`)`);
    for (const name of policy) expect(section).toContain(`\`${name}\``);
    for (const part of law) expect(section).toContain(`\`law.${part}\``);
  });

  it('says how it decides, and not only the obligation again', () => {
    expect(ruleComment(rule.id).length).toBeGreaterThan(rule.obligation.en.length);
  });
});

describe('the words', () => {
  const inputs = new Set(rulebook.flatMap((rule) => rule.inputs));

  it('are said of nothing that no rule reads', () => {
    const facts = Object.keys({ ...campaignFacts, ...personFacts });
    expect(facts.filter((name) => !inputs.has(name))).toEqual([]);
    expect(Object.keys(lawWords).filter((part) => !inputs.has(`law.${part}`))).toEqual([]);
  });

  it('stop the generator where one is missing', () => {
    expect(() => inputsOf({ inputs: ['message.colour'] })).toThrow('`message.colour` has no words');
    expect(() => inputsOf({ inputs: ['law.weather'] })).toThrow('`law.weather` has no words');
    expect(() => inputsOf({ inputs: ['consent.weeks'] })).toThrow('`consent.weeks` has no words');
  });

  it('name every country and every register, and no other', () => {
    const countries = new Set(jurisdictions.map(({ country }) => country));
    expect(Object.keys(countryNames).sort()).toEqual([...countries].sort());
    const registers = jurisdictions.flatMap((version) => version.registers);
    const names = new Set(registers.map(({ register }) => register));
    expect(Object.keys(registerNames).sort()).toEqual([...names].sort());
  });

  it('ask of the law what rules ask that exist', () => {
    const ids = rulebook.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(Object.keys(groundsInQuestion)));
    expect(ids).toEqual(expect.arrayContaining(Object.keys(registersInQuestion)));
  });
});

describe('the comment above a rule', () => {
  it('is read as paragraphs and lists', () => {
    const comment = '/**\n * One\n * line.\n *\n * - a,\n *   b;\n * - c.\n */\n';
    const before = '/** Not this one. */\nconst a = 1;\n\n';
    expect(commentOf(`${before}${comment}export const rule = 1;\n`)).toBe(
      'One line.\n\n- a, b;\n- c.',
    );
    expect(commentOf('/** Short. */\nexport const rule = 1;\n')).toBe('Short.');
  });

  it('is missed where there is none', () => {
    expect(commentOf('export const rule = 1;\n')).toBeNull();
    expect(commentOf('/** About a. */\nconst a = 1;\nexport const rule = 1;\n')).toBeNull();
  });
});

describe('what a controller may do with a parameter', () => {
  it.each([
    ['consent.firstUseMonths', 'may only lower it, down to 1 month'],
    ['frequency.refusalCooldownDays', 'may only raise it, up to 3650 days'],
    ['post.requiresOptIn', 'may set it to “yes”'],
    ['profiling.stance', 'may not change it; two people may release “less strict: a documented'],
  ])('%s', (name, words) => {
    const parameter = parameters.get(name);
    expect(parameter === undefined ? name : freedomInWords(parameter)).toContain(words);
  });
});

describe('the law by country and date', () => {
  const rowsOf = (text: string) => text.split('\n').filter((line) => line.startsWith('| '));

  it('dates what changed, and only that', () => {
    const ages = rowsOf(lawTable('consentAge'));
    expect(ages).toContain('| DK | – | 2023-12-31 | 13 years |');
    expect(ages).toContain('| DK | 2024-01-01 | – | 15 years |');
    expect(ages.filter((row) => /\bNL\b/.test(row))).toHaveLength(1);
  });

  it('has what most countries share last', () => {
    expect(rowsOf(lawTable('dormancyMonths')).slice(-2)).toEqual([
      '| FR | – | – | 36 months |',
      "| all others | – | – | the policy's 24 months |",
    ]);
  });

  it('marks unverified values, and says why', () => {
    const ages = lawTable('consentAge');
    expect(ages).toContain('(*unverified:* CH)');
    expect(ages).toContain('- *unverified,* ES, age of consent: raise to 16 in legislation');
    expect(registersTable('result')).toContain('| AT (*unverified*) | – | – | ECG list');
    expect(registersTable('entry')).toContain('| AT | – | – | ECG list');
  });

  it('shows of the grounds those in question', () => {
    expect(rowsOf(groundsTable('presumed_interest')).slice(2)).toEqual([
      '| calls by people | DE | – | – | consent only | presumed interest |',
    ]);
  });

  it('tells each change on its day', () => {
    const days = rowsOf(changesByDate()).slice(2);
    expect(days.map((row) => row.slice(2, 12))).toEqual([
      '2024-01-01',
      '2026-02-05',
      '2026-07-01',
      '2026-08-11',
    ]);
    expect(days[0]).toContain('age of consent: 13 years **→** 15 years');
    expect(days[2]).toContain('for charities and the press: existing customers');
  });
});

describe('the page', () => {
  const headings = page.split('\n').flatMap((line) => /^#+ (.*)$/.exec(line)?.[1] ?? []);

  it('has each heading once, so that links are certain', () => {
    expect(headings.filter((heading, place) => headings.indexOf(heading) !== place)).toEqual([]);
  });

  it('has no link that leads nowhere', () => {
    const anchors = new Set(headings.map(anchorOf));
    const links = [...page.matchAll(/\]\((#[^)]*)\)/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(rulebook.length);
    expect(links.filter((link) => !anchors.has(link))).toEqual([]);
  });

  it('lists every unverified value for counsel', () => {
    const checklist = page.slice(page.indexOf('\n## Checklist'), page.indexOf('\n## Words'));
    for (const version of jurisdictions) {
      for (const { path, note } of version.unverified) {
        const lines = checklist.split('\n').filter((line) => line.includes(version.country));
        const found = lines.find((line) => line.endsWith(note));
        expect(found, `${version.country} ${path}`).toContain(placeInWords(version, path));
      }
    }
  });
});
