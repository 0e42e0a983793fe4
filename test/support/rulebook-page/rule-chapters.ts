import { denyCodes } from '../../../shared/contract/reason-codes.ts';
import type { StatutoryBasis } from '../../../shared/policy/jurisdiction.ts';
import { ruleGroups, type RuleGroup } from '../../../shared/policy/rule.ts';
import { rulebook } from '../../../shared/policy/rulebook.ts';
import { isSaid, type RegisterAspect } from './law-in-words.ts';
import { groundsTable, lawTable, registersTable } from './law-tables.ts';
import { anchorOf, bullets, wordsFor } from './markdown.ts';
import { freedomInWords, parameters, standardInWords } from './policy-tables.ts';
import { ruleComment } from './rule-comments.ts';
import { campaignFacts, personFacts, type FactWords } from './words/facts.ts';
import { lawWords } from './words/law.ts';
import { parameterFamilies } from './words/parameters.ts';
import { groupWords } from './words/vocabulary.ts';

type Rule = (typeof rulebook)[number];

/** Rules that look at the grounds of a channel for the sake of one of them. */
export const groundsInQuestion: Readonly<Record<string, StatutoryBasis>> = {
  'existing-customer-channel': 'existing_customer',
  'presumed-interest': 'presumed_interest',
};

/** Rules that look at registers for one question alone. */
export const registersInQuestion: Readonly<Record<string, RegisterAspect>> = {
  'external-register': 'entry',
  'register-current': 'result',
};

const certainties: Readonly<Record<Rule['certainty'], string>> = {
  S: 'statute, or ruling of a supreme court (S)',
  G: 'guidance or lower courts (G)',
  P: 'policy: no law prescribes the number or the mechanism (P)',
  U: 'contested or unverified (U)',
};

export function headingOf({ number, obligation }: Rule): string {
  return `Rule ${number}: ${obligation.en.replace(/\.$/, '')}`;
}

function linkTo(rule: Rule, text: string): string {
  return `[${text}](${anchorOf(headingOf(rule))})`;
}

/** Links to the rules that give a code, by number. */
export function rulesGiving(code: string): string {
  const giving = rulebook.filter(({ codes }) => codes.some((each) => each === code));
  return giving.map((rule) => linkTo(rule, String(rule.number))).join(', ');
}

/** Rules that are contested or unverified, each with a link. */
export function contestedRules(): readonly string[] {
  const contested = rulebook.filter(({ certainty }) => certainty === 'U');
  return contested.map((rule) => linkTo(rule, headingOf(rule)));
}

function chapterHeading(group: RuleGroup): string {
  const letter = String.fromCharCode('A'.charCodeAt(0) + ruleGroups.indexOf(group));
  return `${letter}. ${groupWords[group].title}`;
}

/** The rules by chapter, each with a link. */
export function rulesContents(): string {
  return ruleGroups
    .map((group) => {
      const rules = rulebook.filter((rule) => rule.group === group);
      const heading = chapterHeading(group);
      const links = rules.map((rule) => `  - ${linkTo(rule, headingOf(rule))}`);
      return [`- [${heading}](${anchorOf(heading)})`, ...links].join('\n');
    })
    .join('\n');
}

/** A chapter for each group, a section for each rule. */
export function ruleChapters(): readonly string[] {
  return ruleGroups.flatMap((group) => [
    `## ${chapterHeading(group)}`,
    groupWords[group].introduction,
    ...rulebook.filter((rule) => rule.group === group).map(ruleSection),
  ]);
}

export function ruleSection(rule: Rule): string {
  const { facts, policy, law } = inputsOf(rule);
  return [
    `### ${headingOf(rule)}`,
    `*${rule.obligation.de}*`,
    withLinks(ruleComment(rule.id)),
    bullets([
      `**Authority:** ${rule.authority}`,
      `**Certainty:** ${certainties[rule.certainty]}`,
      `**Looks at:** ${facts.map(([input, { en }]) => `${en} (\`${input}\`)`).join('; ')}`,
      ...rule.codes.map(reasonLine),
      ...policy.map(parameterLine),
      `**Name in decisions:** \`${rule.id}\``,
    ]),
    ...law.map((part) => lawSection(part, rule.id)),
  ].join('\n\n');
}

/** A code with the text that people see, and whether it says that a fact is missing. */
function reasonLine(code: Rule['codes'][number]): string {
  const { kind, text } = denyCodes[code];
  const says = kind === 'gap' ? 'Reason, if a fact is missing (a gap)' : 'Reason';
  return `**${says}:** ${text.en} · *${text.de}* (\`${code}\`)`;
}

function parameterLine(name: string): string {
  const parameter = parameters.get(name);
  if (parameter === undefined) throw new Error(`the policy has no parameter \`${name}\``);
  return (
    `**Policy:** ${parameter.words.en}: ${standardInWords(parameter)}; a controller` +
    ` ${freedomInWords(parameter)} (\`${name}\`)`
  );
}

type LawPart = keyof typeof lawWords;

const isLawPart = (name: string): name is LawPart => Object.hasOwn(lawWords, name);

function lawSection(part: LawPart, id: string): string {
  const title = `**By country and date: ${lawWords[part].en}** (\`law.${part}\`)`;
  return `${title}\n\n${lawBody(part, id)}`;
}

function lawBody(part: LawPart, id: string): string {
  if (part === 'registers') return registersTable(registersInQuestion[id] ?? 'all');
  return isSaid(part) ? lawTable(part) : groundsTable(groundsInQuestion[id] ?? null);
}

interface Inputs {
  readonly facts: readonly (readonly [input: string, words: FactWords])[];
  /** Names of parameters. */
  readonly policy: readonly string[];
  readonly law: readonly LawPart[];
}

/** What a rule reads, by kind; an input without words stops the generator. */
export function inputsOf({ inputs }: Pick<Rule, 'inputs'>): Inputs {
  const facts: [string, FactWords][] = [];
  const policy: string[] = [];
  const law: LawPart[] = [];
  for (const input of inputs) {
    const [root, ...rest] = input.split('.');
    const part = rest.join('.');
    const family = Object.hasOwn(parameterFamilies, input) ? parameterFamilies[input] : undefined;
    if (root === 'law' && isLawPart(part)) law.push(part);
    else if (family !== undefined) policy.push(...family);
    else if (parameters.has(input)) policy.push(input);
    else
      facts.push([input, wordsFor({ ...campaignFacts, ...personFacts }, input, 'words/facts.ts')]);
  }
  return { facts, policy, law };
}

/** Other rules that a comment names by their id are named by number and linked. */
function withLinks(comment: string): string {
  return comment.replaceAll(/`([a-z0-9-]+)`/g, (whole, id: string) => {
    const rule = rulebook.find((each) => each.id === id);
    return rule === undefined ? whole : linkTo(rule, `Rule ${rule.number}`);
  });
}
