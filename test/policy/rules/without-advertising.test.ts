import { describe, expect, it } from 'vitest';
import { rulebook } from '../../../shared/policy/rulebook.ts';
import { scenario } from '../../scenarios/scenario.ts';
import { ask } from '../../support/policy-harness.ts';
import { permissionRows } from './permission-rows.ts';
import { profilingRows } from './profiling-rows.ts';
import { refusalRows } from './refusal-rows.ts';
import type { Row } from './row.ts';
import { timingRows } from './timing-rows.ts';

const rows = [...refusalRows, ...permissionRows, ...profilingRows, ...timingRows];
const denying = rows.filter(({ codes }) => codes.length > 0);

/** Rules on every message, whatever it says. */
const onEveryMessage: ReadonlySet<string> = new Set([
  'recipient-identified',
  'jurisdiction-known',
  'restriction',
  'undeliverable',
]);

/** What the rule of a row says when the same message carries no advertising. */
function codesWithout({ rule, name, text }: Row): readonly string[] {
  const asked = scenario({
    id: 'PLAIN',
    title: name,
    facts: [],
    outcome: 'deny',
    codes: [],
    ...text,
    campaign: { ...text.campaign, content: 'transactional' },
  });
  const question = { ...asked, controller: asked.controllerSettings };
  const { erasedAt } = text;
  const { ruling } = ask(erasedAt === undefined ? question : { ...question, erasedAt });
  return ruling.findings
    .filter((finding) => rulebook[finding.rule]?.id === rule)
    .flatMap(({ verdict }) => verdict.codes);
}

describe('a message without advertising', () => {
  it.each(denying.filter(({ rule }) => rule !== 'transactional-occasion'))(
    '$rule: $name',
    (row) => {
      expect(codesWithout(row)).toEqual(onEveryMessage.has(row.rule) ? row.codes : []);
    },
  );
});
