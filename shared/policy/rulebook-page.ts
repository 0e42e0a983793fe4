import { allowCodes, denyCodes, denyCodeList } from '../contract/reason-codes.ts';
import { channels } from '../contract/vocabulary.ts';
import type { ContactWindow, Jurisdiction } from './jurisdiction.ts';
import { jurisdictions } from './jurisdictions/all.ts';
import { policyDefaults } from '../contract/policy-overrides.ts';
import { ruleGroups } from './rule.ts';
import { rulebook } from './rulebook.ts';

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const certainties = { S: 'statute', G: 'guidance', P: 'policy', U: 'contested' } as const;

/** The whole rulebook as a page for lawyers: rules in their order, then the law by country. */
export function renderRulebook(): string {
  const sections = [
    '# Rulebook',
    'Generated from `shared/policy` by `npm run generate`; do not edit. The rules stand in' +
      ' the order in which reasons are given. Every rule is run, and one that is not met denies;' +
      ' rules of the group *admissibility* reject the whole campaign before anybody is looked at.',
    ...ruleSections(),
    '## Reason codes',
    table(
      ['Code', 'Kind', 'Text', 'Given by'],
      denyCodeList.map((code) => [
        `\`${code}\``,
        denyCodes[code].kind,
        `${denyCodes[code].text.en} · ${denyCodes[code].text.de}`,
        rulebook
          .filter(({ codes }) => codes.includes(code))
          .map(({ id }) => id)
          .join(', '),
      ]),
    ),
    '## Grounds',
    table(
      ['Code', 'Text'],
      Object.entries(allowCodes).map(([code, { en, de }]) => [`\`${code}\``, `${en} · ${de}`]),
    ),
    '## Parameters',
    'No law fixes these numbers. A controller may tighten them and never loosen them.',
    table(['Parameter', 'Default'], parameterRows()),
    '## Countries',
    'The strictest of residence, number country and establishment applies: a ground must carry in' +
      ' each of them. Consent is always a ground and is not listed. A value of the policy applies' +
      ' where a country sets none of its own.',
    ...jurisdictions.flatMap(countrySections),
  ];
  return `${sections.join('\n\n')}\n`;
}

function ruleSections(): readonly string[] {
  return ruleGroups.flatMap((group) => [
    `## Rules: ${group}`,
    table(
      ['Rule', 'Obligation', 'Authority', 'Certainty', 'Codes', 'Reads'],
      rulebook
        .filter((rule) => rule.group === group)
        .map((rule) => [
          `\`${rule.id}\``,
          `${rule.obligation.en} · ${rule.obligation.de}`,
          rule.authority,
          certainties[rule.certainty],
          rule.codes.map((code) => `\`${code}\``).join(' '),
          rule.inputs.join(', '),
        ]),
    ),
  ]);
}

function parameterRows(): readonly (readonly string[])[] {
  return Object.entries(policyDefaults).flatMap(([section, values]) =>
    Object.entries(values).map(([name, value]: [string, unknown]) => [
      `\`${section}.${name}\``,
      String(value),
    ]),
  );
}

function countrySections(version: Jurisdiction): readonly string[] {
  const { validFrom, validTo, authorities } = version;
  const from = validFrom === null ? '' : `, from ${validFrom}`;
  const to = validTo === null ? '' : `, until ${validTo}`;
  const unverified = version.unverified.map(
    ({ path, note }) => `- unverified: \`${path}\`: ${note}`,
  );
  return [
    `### ${version.country}${from}${to}`,
    [
      `- electronic mail: ${authorities.electronic}`,
      `- phone: ${authorities.phone}`,
      `- post: ${authorities.post}`,
      `- zones: ${version.timeZones.join(', ')}; age of consent: ${version.consentAge}`,
      `- corporate recipients: ${version.corporateTypes.join(', ')}`,
      ...periodLines(version),
      ...version.registers.map(registerLine),
      ...version.windows.map(windowLine),
      ...limitLines(version),
      ...unverified,
    ].join('\n'),
    table(
      ['Channel', 'Private recipients', 'Corporate recipients'],
      channels.map((channel) => {
        const law = version.channels[channel];
        const { exception } = law;
        const kinds = exception?.advertiserKinds.join(', ');
        const excepted = (grounds: readonly string[] | undefined) =>
          grounds === undefined ? '' : `; ${kinds}: ${grounds.join(', ')}`;
        return [
          channel,
          (law.private.join(', ') || 'consent') + excepted(exception?.private),
          (law.corporate.join(', ') || 'consent') + excepted(exception?.corporate),
        ];
      }),
    ),
  ];
}

function periodLines(version: Jurisdiction): readonly string[] {
  const periods: readonly (readonly [string, number | null])[] = [
    ['existing customer', version.existingCustomerMonths],
    ['dormant consent', version.dormancyMonths],
    ['inactive customer', version.inactivityMonths],
    ['inactive prospect', version.prospectMonths],
  ];
  const set = periods.filter(([, months]) => months !== null);
  const clock =
    version.existingCustomerClock === 'last_use' ? ', running again from each permitted use' : '';
  const lines = set.map(([name, months]) => `${name} ${months} months`);
  const enquiry = version.enquirySuffices.map(
    (kind) => `- an enquiry is as good as a sale: ${kind}`,
  );
  return [...(set.length === 0 ? [] : [`- periods: ${lines.join('; ')}${clock}`]), ...enquiry];
}

function registerLine(register: Jurisdiction['registers'][number]): string {
  const consent = {
    prevails: 'consent prevails',
    prevails_if_newer: 'only a newer consent prevails',
    barred: 'no consent prevails',
  }[register.consent];
  const days = register.validDays === null ? '' : `, a result holds ${register.validDays} days`;
  return (
    `- register \`${register.register}\` (${register.required ? 'must be asked' : 'if known'}` +
    `, ${register.recipients} recipients) for ${register.channels.join(', ')}: bars ` +
    `${register.bars.join(', ')}; ${consent}${days}; ${register.authority}`
  );
}

function windowLine(window: ContactWindow): string {
  const days = hoursByDays(window);
  const holidays = window.publicHolidays === 'deny' ? '; never on public holidays' : '';
  const eve = window.eveAsSaturday ? '; the eve of a holiday as Saturday' : '';
  const consent = window.consentOverrides ? '; consent overrides' : '';
  const hours = `- hours for ${window.channels.join(', ')}: ${days.join(', ')}`;
  return `${hours}${holidays}${eve}${consent}; ${window.authority}`;
}

/** Days in a row with the same hours are named once. */
function hoursByDays(window: ContactWindow): readonly string[] {
  const runs: { readonly first: number; last: number; readonly hours: string }[] = [];
  window.hours.forEach((spans, day) => {
    const hours = spans.map(([from, to]) => `${from} to ${to}`).join(' and ') || 'never';
    const run = runs.at(-1);
    if (run?.hours === hours) run.last = day;
    else runs.push({ first: day, last: day, hours });
  });
  return runs.map(({ first, last, hours }) => {
    const until = last === first ? '' : ` to ${weekdays[last]}`;
    return `${weekdays[first]}${until} ${hours}`;
  });
}

function limitLines({ caps, refusalCooldown }: Jurisdiction): readonly string[] {
  const cooldown =
    refusalCooldown === null
      ? []
      : [
          `- after a refusal on ${refusalCooldown.channels.join(', ')}: ` +
            `${refusalCooldown.days} calendar days; ${refusalCooldown.authority}`,
        ];
  return [
    ...caps.map(
      (cap) =>
        `- at most ${cap.max} contacts in ${cap.rollingDays} days on ` +
        `${cap.channels.join(', ')}; ${cap.authority}`,
    ),
    ...cooldown,
  ];
}

/** A table of Markdown; a bar inside a cell is escaped. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
