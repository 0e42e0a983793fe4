import { describe, expect, it } from 'vitest';
import { channels } from '../../shared/contract/vocabulary.ts';
import { assert } from '../../shared/kernel/assert.ts';
import {
  channelBit,
  channelSet,
  EVERY_CHANNEL,
  type ConsentState,
  type ContactPointState,
} from '../../shared/ledger/contact-point-state.ts';
import {
  consentFailureCodes,
  failingConsent,
  failureBit,
  isEvidenced,
  lifts,
  methodFits,
  type ConsentAssessment,
  type ConsentFailureCode,
} from '../../shared/policy/consent.ts';
import { profilingConsent } from '../../shared/policy/profiling-consent.ts';
import { consentWithdrawn } from '../../shared/policy/rules/consent-withdrawn.ts';
import { bought, checked, consented, registered } from '../scenarios/facts.ts';
import type { ScenarioText } from '../scenarios/scenario.ts';
import { ruleCase } from '../support/rule-cases.ts';

/** States of one contact point that an instant apart give another answer. */
const text: Partial<ScenarioText> = { facts: [registered(), consented()] };
const { recipient, evaluation } = ruleCase(text);
const { instant, cutoffs } = evaluation;
const [consent] = recipient.state.consents;
assert(consent !== undefined, 'there is a consent');

function assessed(state: Partial<ContactPointState>): ConsentAssessment {
  return ruleCase(text, { state }).recipient.permission.consent;
}

function codesOf({ failed }: ConsentAssessment): readonly string[] {
  return consentFailureCodes.filter((code) => (failed & failureBit(code)) !== 0);
}

describe('of several consents that carry', () => {
  const given = Date.UTC(2026, 5, 1);
  const older: ConsentState = { ...consent, consentId: 'c-1', confirmedAt: given };
  const newer: ConsentState = { ...consent, consentId: 'c-2', confirmedAt: given + 1 };
  const preticked: ConsentState = { ...consent, consentId: 'c-3', form: 'preticked' };

  it('the newest is shown, however they are listed', () => {
    expect(assessed({ consents: [older, newer] }).valid).toBe(newer);
    expect(assessed({ consents: [newer, older] }).valid).toBe(newer);
    expect(assessed({ consents: [older, newer, older] }).valid).toBe(newer);
  });

  it('of the same instant, the first', () => {
    const twin = { ...older, consentId: 'c-4' };
    expect(assessed({ consents: [older, twin] }).valid).toBe(older);
    expect(assessed({ consents: [twin, older] }).valid).toBe(twin);
  });

  it('all are kept, in their order', () => {
    expect(assessed({ consents: [older] }).carrying).toEqual([older]);
    expect(assessed({ consents: [newer, preticked, older] }).carrying).toEqual([newer, older]);
    expect(assessed({ consents: [preticked] }).carrying).toEqual([]);
  });

  it('what is wrong with another is no failure', () => {
    const both = assessed({ consents: [older, preticked] });
    expect(both.valid).toBe(older);
    expect(both.carrying).toEqual([older]);
    expect(both.failed).toBe(0);
    expect(codesOf(assessed({ consents: [preticked] }))).toEqual(['D_CONSENT_INVALID_FORM']);
  });
});

describe('the consent that a reason is about', () => {
  const given = Date.UTC(2026, 5, 1);
  const preticked: ConsentState = { ...consent, consentId: 'c-1', form: 'preticked' };
  const unproven: ConsentState = { ...consent, consentId: 'c-2', wordingComplete: false };
  const both: ConsentState = { ...preticked, consentId: 'c-3', wordingComplete: false };
  const letters: ConsentState = { ...consent, consentId: 'c-4', channels: channelSet(['POST']) };
  const forOthers: ConsentState = { ...letters, consentId: 'c-5', purposes: ['other'] };
  const shownFor = (code: ConsentFailureCode, consents: readonly ConsentState[]) => {
    const asked = ruleCase(text, { state: { consents } });
    return failingConsent(code, asked.recipient, asked.evaluation)?.consentId ?? null;
  };

  it('is the first of those that fail by it', () => {
    expect(shownFor('D_CONSENT_INVALID_FORM', [unproven, preticked, both])).toBe('c-1');
    expect(shownFor('D_CONSENT_EVIDENCE_MISSING', [preticked, both, unproven])).toBe('c-3');
    expect(shownFor('D_CONSENT_STALE', [preticked, both])).toBeNull();
  });

  it('is one of those whose scope comes nearest', () => {
    expect(shownFor('D_CONSENT_CHANNEL_MISMATCH', [forOthers, letters])).toBe('c-4');
    expect(shownFor('D_CONSENT_PURPOSE_MISMATCH', [forOthers, letters])).toBeNull();
    expect(shownFor('D_CONSENT_CHANNEL_MISMATCH', [letters, preticked])).toBeNull();
    expect(shownFor('D_CONSENT_PURPOSE_MISMATCH', [forOthers])).toBe('c-5');
  });

  it('explains a withdrawal only where one ended it', () => {
    const ended = { ...consent, consentId: 'c-7' };
    const at = consent.confirmedAt ?? 0;
    const withdrawn = (withdrawnAt: number) => {
      const withdrawal = { at: withdrawnAt, event: 'evt_1', consentId: null, purposes: null };
      const withdrawals = [{ ...withdrawal, channels: channelSet(['EMAIL']) }];
      const asked = ruleCase(text, { state: { consents: [ended], withdrawals } });
      return consentWithdrawn.explain?.(asked.recipient, asked.evaluation, 'D_CONSENT_WITHDRAWN');
    };
    expect(withdrawn(at + 1)).toEqual({ since: at + 1, evidence: 'evt_1' });
    expect(withdrawn(at - 1)).toEqual({});
  });

  it('is none where another one carries', () => {
    const valid: ConsentState = { ...consent, consentId: 'c-6', confirmedAt: given };
    expect(shownFor('D_CONSENT_INVALID_FORM', [preticked, valid])).toBeNull();
  });
});

describe('the use of a consent', () => {
  const day = 86_400_000;
  const confirmedAt = Date.UTC(2024, 0, 10, 9);
  const long: ConsentState = { ...consent, confirmedAt, firstUsedAt: confirmedAt + day };
  const used = (at: number): Partial<ContactPointState> => ({
    consents: [long],
    contacts: [{ channel: evaluation.campaign.channelPlace, isUse: true, at }],
    lastActive: null,
  });

  it('counts up to the instant of the decision', () => {
    expect(codesOf(assessed(used(instant)))).toEqual([]);
    expect(codesOf(assessed(used(instant + 1)))).toEqual(['D_CONSENT_STALE']);
  });

  it('need not be known where the consent is fresh', () => {
    expect(codesOf(assessed({ lastActive: null }))).toEqual([]);
  });

  it('begins within the period for it, its last instant included', () => {
    const begun = (firstUsedAt: number) =>
      codesOf(assessed({ ...used(instant - day), consents: [{ ...long, firstUsedAt }] }));
    expect(begun(confirmedAt + cutoffs.firstUseMs)).toEqual([]);
    expect(begun(confirmedAt + cutoffs.firstUseMs + 1)).toEqual(['D_CONSENT_STALE']);
  });

  it('at the instant of the decision is the first use', () => {
    // From June to June there are 366 days, and the first use must come within 365.
    const leap = { ...text, asOf: '2028-06-01T10:00:00+02:00' };
    const at = ruleCase(leap).evaluation;
    const begun = (firstUsedAt: number | null) => {
      const consents = [{ ...consent, confirmedAt: at.cutoffs.firstUse, firstUsedAt }];
      return codesOf(ruleCase(leap, { state: { consents } }).recipient.permission.consent);
    };
    expect(begun(null)).toEqual([]);
    expect(begun(at.instant + 1)).toEqual([]);
    expect(begun(at.instant)).toEqual(['D_CONSENT_STALE']);
  });
});

describe('the evidence of a consent', () => {
  it.each<readonly [string, boolean, Partial<ConsentState>]>([
    ['complete', true, {}],
    ['no form', false, { form: null }],
    ['no method', false, { method: null }],
    ['an import', false, { method: 'import' }],
    ['no complete wording', false, { wordingComplete: false }],
    ['found nowhere', false, { referenced: false }],
  ])('%s: %s', (_name, isComplete, change) => {
    const changed = { ...consent, ...change };
    expect(isEvidenced(changed)).toBe(isComplete);
    expect(assessed({ consents: [changed] }).valid !== null).toBe(isComplete);
  });

  it.each(['POST', 'FAX'] as const)('an import proves nothing by %s', (channel) => {
    expect(methodFits(channel, 'import')).toBe(false);
    expect(methodFits(channel, 'call_recording')).toBe(true);
  });

  it('lifts a refusal only where the confirmation is newer as well', () => {
    const at = Date.UTC(2026, 5, 1);
    const confirmed = (confirmedAt: number) => ({ ...consent, confirmedAt, evidencedAt: at + 1 });
    expect(lifts(confirmed(at), at)).toBe(false);
    expect(lifts(confirmed(at + 1), at)).toBe(true);
  });
});

describe('what consents to profiling amount to', () => {
  const profiled = { ...text, campaign: { profiling: { level: 'P1' } } } as const;
  const given: ConsentState = { ...consent, profilingLevel: 3, explicitArt9: true };
  const amounting = (consents: readonly ConsentState[]) =>
    ruleCase(profiled, { state: { consents } }).recipient.permission.profiling;

  it('nothing where there is none, and where nobody is selected', () => {
    const nothing = { level: 0, explicitArt9: false, political: false };
    expect(amounting([])).toEqual(nothing);
    const unselected = ruleCase(text, { state: { consents: [given] } });
    expect(unselected.recipient.permission.profiling).toEqual(nothing);
  });

  it('the highest level of them, and all that they permit together', () => {
    const higher = { ...given, profilingLevel: 4, explicitArt9: false, political: true };
    const together = { level: 4, explicitArt9: true, political: true };
    expect(amounting([given, higher])).toEqual(together);
    expect(amounting([higher, given])).toEqual(together);
  });

  it('nothing that is unconfirmed, not proven, or proven for another channel', () => {
    const none = { level: 0, explicitArt9: false, political: false };
    expect(amounting([{ ...given, confirmedAt: null }])).toEqual(none);
    expect(amounting([{ ...given, confirmedAt: instant + 1 }])).toEqual(none);
    expect(amounting([{ ...given, method: null }])).toEqual(none);
    expect(amounting([{ ...given, method: 'call_recording' }])).toEqual(none);
    expect(amounting([{ ...given, form: null }])).toEqual(none);
    expect(amounting([{ ...given, confirmedAt: instant }]).level).toBe(3);
  });

  it('only what was given in time, by somebody of age', () => {
    const at = given.confirmedAt ?? 0;
    const amount = (birthDate: string | null, change: Partial<ConsentState> = {}) => {
      const state = { birthDate, consents: [{ ...given, ...change }] };
      return ruleCase(profiled, { state }).recipient.permission.profiling.level;
    };
    expect(amount('1980-01-01')).toBe(3);
    expect(amount('2010-03-02')).toBe(0);
    expect(amount('2010-03-02', { parentalAuthorisation: true })).toBe(3);
    expect(amount(null, { requestedAt: at - 14 * 86_400_000 })).toBe(3);
    expect(amount(null, { requestedAt: at - 14 * 86_400_000 - 1 })).toBe(0);
    const requestedAt = at - 100 * 86_400_000;
    const inTime = requestedAt + 14 * 86_400_000;
    expect(amount(null, { requestedAt, answeredAt: inTime })).toBe(3);
    expect(amount(null, { requestedAt, answeredAt: inTime + 1 })).toBe(0);
  });

  it('nothing of what is older than an objection to everything, unless given again', () => {
    const at = given.confirmedAt ?? 0;
    const none = { level: 0, explicitArt9: false, political: false };
    const all = { level: 3, explicitArt9: true, political: true };
    const after = (objectedAt: number, channels = EVERY_CHANNEL, conflict = false) => {
      const objections = [{ at: objectedAt, channels, event: 'evt_1' }];
      const consents = [{ ...given, political: true }];
      const state = { ...recipient.state, consents, conflict, objections };
      return profilingConsent(state, recipient.law, ruleCase(profiled).evaluation);
    };
    expect(after(at - 1)).toEqual(all);
    expect(after(at)).toEqual(none);
    expect(after(at - 1, EVERY_CHANNEL, true)).toEqual(none);
    // One on a channel says nothing of selections.
    expect(after(at, channelBit('EMAIL'))).toEqual(all);
  });

  it('no level after an objection to profiling, unless it was given again', () => {
    const at = given.confirmedAt ?? 0;
    const after = (objectedAt: number, conflict: boolean) => {
      const state = {
        ...recipient.state,
        consents: [given],
        conflict,
        profilingObjection: { at: objectedAt, event: 'evt_1' },
      };
      const selecting = ruleCase(profiled).evaluation;
      return profilingConsent(state, recipient.law, selecting).level;
    };
    expect(after(at - 1, false)).toBe(3);
    expect(after(at - 1, true)).toBe(0);
    expect(after(at, false)).toBe(0);
  });
});

describe('the grounds of several countries', () => {
  const grounds = (residence: string) =>
    ruleCase({
      country: 'GB',
      campaign: { channel: 'PHONE_HUMAN', assessments: { liaRef: 'LIA-1', dpiaRef: null } },
      facts: [registered({ residence }), bought(), checked('GB_TPS')],
      asOf: '2026-06-10T11:00:00+02:00',
    }).recipient.permission.grounds;

  it('are all kept, in the order of the countries, each once', () => {
    // The exception carries in the Netherlands, the opt-out regime in Great Britain.
    expect(grounds('NL')).toEqual(['A_EXISTING_CUSTOMER', 'A_OPTOUT_REGIME']);
    expect(grounds('GB')).toEqual(['A_OPTOUT_REGIME']);
    const facts = [registered({ residence: 'AT' }), consented()];
    const { permission } = ruleCase({ country: 'DE', facts }).recipient;
    expect(permission.grounds).toEqual(['A_CONSENT_VALID']);
  });

  it('share one list where there is one', () => {
    expect(grounds('GB')).toBe(grounds('GB'));
    expect(Object.isFrozen(grounds('GB'))).toBe(true);
  });
});

describe('the period that runs again from each message (IE)', () => {
  const asked = { country: 'IE', facts: [registered({ residence: 'IE' })] } as const;
  const at = ruleCase(asked).evaluation.instant;
  const month = 30 * 86_400_000;
  const basisWith = (isUse: boolean, channel: 'EMAIL' | 'SMS' = 'EMAIL') => {
    const [sale] = ruleCase({ ...asked, facts: [...asked.facts, bought()] }).recipient.state.sales;
    assert(sale !== undefined, 'there is a sale');
    const contacts = [{ channel: channels.indexOf(channel), isUse, at: at - 8 * month }];
    const state = { sales: [{ ...sale, at: at - 18 * month }], contacts };
    return ruleCase(asked, { state }).recipient.permission.basis;
  };

  it('goes by messages that used what permits them, on the channel', () => {
    expect(basisWith(true)).toBe('A_EXISTING_CUSTOMER');
    expect(basisWith(false)).toBeNull();
    expect(basisWith(true, 'SMS')).toBeNull();
  });
});
