import { describe, expect, it } from 'vitest';
import { assert } from '../../shared/kernel/assert.ts';
import {
  registerFindings,
  standsAgainst,
  type ApplicableRegister,
  type RegisterFinding,
} from '../../shared/policy/registers.ts';
import { checked, consentedToCalls, listed, registered } from '../scenarios/facts.ts';
import { scenario, type Fact } from '../scenarios/scenario.ts';
import { factsOf } from '../support/policy-harness.ts';

/** What is known of a phone number in Italy. */
function factsFrom(...known: readonly Fact[]) {
  const asked = scenario({
    id: 'REGISTER',
    title: 'register',
    country: 'IT',
    facts: [registered({ residence: 'IT' }), ...known],
    campaign: { channel: 'PHONE_HUMAN' },
    outcome: 'deny',
    codes: [],
  });
  return factsOf({ ...asked, controller: asked.controllerSettings });
}

const instant = Date.UTC(2026, 10, 23, 9);
const day = 86_400_000;
const register: ApplicableRegister = {
  register: 'IT_RPO',
  required: true,
  bars: ['opt_out'],
  consent: 'prevails_if_newer',
  validDays: 15,
  authority: 'L. 5/2018 Art. 1',
  staleBefore: instant - 15 * day,
};
const known: ReadonlySet<string> = new Set(['IT_RPO']);

function kindsOf(facts: Parameters<typeof registerFindings>[0], ...asked: ApplicableRegister[]) {
  return registerFindings(facts, asked, known).map(({ kind, register: { register: name } }) => [
    kind,
    name,
  ]);
}

describe('what a register says', () => {
  it.each<readonly [string, readonly Fact[], readonly (readonly string[])[]]>([
    ['never asked', [], [['unchecked', 'IT_RPO']]],
    ['asked', [checked('IT_RPO')], []],
    ['asked for something else', [checked('AT_ECG')], [['unchecked', 'IT_RPO']]],
    ['at the end of its period', [checked('IT_RPO', { checkedAt: '2026-11-08T09:00:00Z' })], []],
    [
      'after its period',
      [checked('IT_RPO', { checkedAt: '2026-11-08T08:59:59Z' })],
      [['stale', 'IT_RPO']],
    ],
    ['listed', [listed('IT_RPO')], [['listed', 'IT_RPO']]],
    [
      'listed, and the result is old',
      [checked('IT_RPO', { listed: true, checkedAt: '2026-11-01T09:00:00Z' })],
      [
        ['listed', 'IT_RPO'],
        ['stale', 'IT_RPO'],
      ],
    ],
    ['listed where nobody asks', [checked('IT_RPO'), listed('DE_OTHER')], [['listed', 'DE_OTHER']]],
    ['asked where nobody asks', [checked('IT_RPO'), checked('DE_OTHER')], []],
  ])('%s', (_name, facts, expected) => {
    expect(kindsOf(factsFrom(...facts), register)).toEqual(expected);
  });

  it('a register that need not be asked is asked by nobody', () => {
    const voluntary = { ...register, required: false };
    expect(kindsOf(factsFrom(), voluntary)).toEqual([]);
    expect(kindsOf(factsFrom(listed('IT_RPO')), voluntary)).toEqual([['listed', 'IT_RPO']]);
  });

  it('a result counts for ever where no period is set', () => {
    const lasting = { ...register, validDays: null, staleBefore: null };
    const old = checked('IT_RPO', { checkedAt: '2026-02-01T09:00:00Z' });
    expect(kindsOf(factsFrom(old), lasting)).toEqual([]);
  });

  it('a listing of another identifier counts, its freshness does not', () => {
    const { state } = factsFrom(checked('IT_RPO'));
    const others = [factsFrom(checked('IT_RPO')).state, factsFrom(listed('IT_RPO')).state];
    const elsewhere = [factsFrom(listed('DE_OTHER')).state];
    expect(kindsOf({ state, others }, register)).toEqual([['listed', 'IT_RPO']]);
    expect(kindsOf({ state, others: others.slice(0, 1) }, register)).toEqual([]);
    expect(kindsOf({ state, others: elsewhere }, register)).toEqual([['listed', 'DE_OTHER']]);
    expect(kindsOf({ state: factsFrom().state, others: others.slice(0, 1) }, register)).toEqual([
      ['unchecked', 'IT_RPO'],
    ]);
  });

  it('one that no law names bars every ground and stands back behind a consent', () => {
    const [finding] = registerFindings(factsFrom(listed('DE_OTHER')), [], known);
    expect(finding?.register.bars).toContain('legitimate_interest');
    expect(finding?.register.bars).toContain('existing_customer');
    expect(finding?.register.consent).toBe('prevails');
  });
});

describe('whether a consent stands in spite of it', () => {
  const { state } = factsFrom(consentedToCalls({}, '2026-11-15T10:00:00Z'));
  const [consent] = state.consents;
  assert(consent !== undefined, 'there is a consent');
  const [result] = factsFrom(listed('IT_RPO', '2026-05-01T00:00:00Z')).state.registers;
  const [newer] = factsFrom(listed('IT_RPO', '2026-11-16T00:00:00Z')).state.registers;
  const [undated] = factsFrom(listed('IT_RPO')).state.registers;
  assert(result !== undefined && newer !== undefined && undated !== undefined, 'there are results');
  const fresh = { ...register, staleBefore: Date.parse('2026-11-16T00:00:00Z') };
  const never = { ...register, staleBefore: null };
  const always = { ...register, consent: 'prevails' as const };
  const barred = { ...register, consent: 'barred' as const };

  it.each<readonly [string, boolean, RegisterFinding]>([
    ['given after the listing', true, { kind: 'listed', register, result }],
    ['given before the listing', false, { kind: 'listed', register, result: newer }],
    ['date of the listing unknown', false, { kind: 'listed', register, result: undated }],
    ['no result to go by', false, { kind: 'listed', register, result: null }],
    ['given within the period, never asked', true, { kind: 'unchecked', register, result: null }],
    ['given before the period', false, { kind: 'stale', register: fresh, result }],
    ['no period is set, never asked', false, { kind: 'unchecked', register: never, result: null }],
    ['the contract does not keep it', false, { kind: 'listed', register, result: undated }],
    ['it always prevails', true, { kind: 'listed', register: always, result: newer }],
    ['it never does', false, { kind: 'listed', register: barred, result }],
    ['it never does, asked or not', false, { kind: 'unchecked', register: barred, result: null }],
  ])('%s: %s', (_name, expected, finding) => {
    expect(standsAgainst(consent, finding, false)).toBe(expected);
  });

  it('a running contract keeps it where the law says so', () => {
    const older = { kind: 'listed', register, result: undated } as const;
    const kept = { ...older, register: { ...register, contractKeepsConsent: true } };
    expect(standsAgainst(consent, older, true)).toBe(false);
    expect(standsAgainst(consent, kept, true)).toBe(true);
    expect(standsAgainst(consent, kept, false)).toBe(false);
  });
});
