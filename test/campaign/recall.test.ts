import { describe, expect, it } from 'vitest';
import { mayRefuse, recallReason } from '../../shared/campaign/recall.ts';
import {
  allowCodeList,
  denyCodeList,
  denyCodes,
  type DenyCode,
} from '../../shared/contract/reason-codes.ts';
import {
  channelBit,
  emptyState,
  EVERY_CHANNEL,
  type ConsentState,
  type ContactPointState,
} from '../../shared/ledger/contact-point-state.ts';
import type { Ruling } from '../../shared/policy/decide.ts';

/*
 * Who was allowed and would now be denied is called back, but for what the campaign's own contacts
 * bring about and for what is over within hours.
 */
const recalls: Readonly<Record<DenyCode, boolean>> = {
  // What the campaign says of itself cannot change; said all the same, nobody is contacted.
  D_CONTENT_SENDER_CONCEALED: true,
  D_CONTENT_UNSUBSCRIBE_MISSING: true,
  D_CALLER_ID_SUPPRESSED: true,
  D_DOI_MAIL_CONTAINS_ADVERT: true,
  D_PROCESSOR_NO_AVV: true,
  D_TRANSFER_NO_BASIS: true,
  D_LIA_MISSING: true,
  D_DPIA_MISSING: true,
  D_SECTOR_RULE: true,
  D_CRIMINAL_DATA_ART10: true,
  D_CAMPAIGN_NOT_APPROVED: true,
  // What is not known is not allowed.
  D_RECIPIENT_INVALID: true,
  D_JURISDICTION_UNKNOWN: true,
  D_FACT_MISSING: true,
  D_ORIGIN_UNKNOWN: true,
  // The person, a list or a register has refused.
  D_BLOCKLIST_INTERNAL: true,
  D_OBJECTION_ART21: true,
  D_RESTRICTED_ART18: true,
  D_ERASED: true,
  D_CONTACT_UNDELIVERABLE: true,
  D_EXTERNAL_DNC_LIST: true,
  D_PUBLIC_REFUSAL_NOTICE: true,
  D_CONSENT_WITHDRAWN: true,
  D_PROFILING_OBJECTION: true,
  D_REFUSAL_COOLDOWN: true,
  // By the campaign's own instant no result grows old: a law that asks for one has come to apply.
  D_DNC_LIST_STALE: true,
  // What had carried is gone, or was never what it seemed.
  D_CONSENT_MISSING: true,
  D_CONSENT_UNCONFIRMED: true,
  D_CONSENT_DOI_EXPIRED: true,
  D_CONSENT_CHANNEL_MISMATCH: true,
  D_CONSENT_PURPOSE_MISMATCH: true,
  D_CONSENT_CONTROLLER_MISMATCH: true,
  D_CONSENT_INVALID_FORM: true,
  D_CONSENT_EVIDENCE_MISSING: true,
  D_CONSENT_STALE: true,
  D_MINOR_NO_PARENTAL: true,
  D_EC_CHANNEL_NOT_COVERED: true,
  D_EC_NOT_FROM_SALE: true,
  D_EC_NOT_OWN: true,
  D_EC_NOT_SIMILAR: true,
  D_EC_NO_NOTICE_AT_COLLECTION: true,
  D_EC_NO_NOTICE_IN_MESSAGE: true,
  D_EC_WINDOW_EXPIRED: true,
  D_PRESUMED_INTEREST_NOT_DOCUMENTED: true,
  D_ART14_NOTICE_MISSING: true,
  D_MINOR_POLICY: true,
  D_SOCIAL_TRACKING: true,
  D_SPECIAL_CATEGORY_NO_EXPLICIT_CONSENT: true,
  D_AUTOMATED_DECISION_ART22: true,
  D_PROFILING_LEVEL_NOT_PERMITTED: true,
  D_PURPOSE_INCOMPATIBLE: true,
  D_DATA_CATEGORY_NOT_PERMITTED: true,
  D_DEVICE_ACCESS_NO_CONSENT: true,
  D_RETENTION_INACTIVE: true,
  D_RETENTION_MAX: true,
  D_TAX_HOLD_ONLY: true,
  D_KANON_THRESHOLD: true,
  D_SOURCE_NOT_PUBLIC: true,
  D_TOKEN_EXPIRED: true,
  // The campaign's own contacts, and what a recheck says at dispatch.
  D_FREQUENCY_CAP: false,
  D_QUIET_HOURS: false,
};

function denied(...codes: readonly DenyCode[]): Ruling {
  const findings = codes.map((code, rule) => {
    return { rule, verdict: { outcome: 'deny', codes: [code] } } as const;
  });
  return { basis: null, findings, jurisdictions: ['DE'] };
}

describe('what recalls somebody who was allowed', () => {
  it('is said for every code there is', () => {
    expect(Object.keys(recalls).toSorted()).toEqual(Object.keys(denyCodes).toSorted());
  });

  it.each(denyCodeList)('%s', (code) => {
    const expected = recalls[code] ? { code, codes: [code] } : null;
    expect(recallReason(denied(code))).toEqual(expected);
  });

  it.each(allowCodeList)('never an allow: %s', (basis) => {
    expect(recallReason({ basis, findings: [], jurisdictions: ['DE'] })).toBeNull();
  });

  it('is the first reason that recalls, and all reasons are told', () => {
    const ruling = denied('D_FREQUENCY_CAP', 'D_CONSENT_WITHDRAWN', 'D_OBJECTION_ART21');
    expect(recallReason(ruling)).toEqual({
      code: 'D_CONSENT_WITHDRAWN',
      codes: ['D_FREQUENCY_CAP', 'D_CONSENT_WITHDRAWN', 'D_OBJECTION_ART21'],
    });
  });

  it('is not what only time brings about, not even together', () => {
    expect(recallReason(denied('D_QUIET_HOURS', 'D_FREQUENCY_CAP'))).toBeNull();
  });

  it('is a ruling without a basis that says nothing else', () => {
    const gap = { rule: 0, verdict: { outcome: 'gap', codes: ['D_FACT_MISSING'] } } as const;
    const ruling: Ruling = { basis: null, findings: [gap], jurisdictions: [] };
    expect(recallReason(ruling)?.code).toBe('D_FACT_MISSING');
  });
});

const since = { at: 1000, event: 'evt_1' };
const consent: ConsentState = {
  ...since,
  ...{ consentId: 'c-1', channels: channelBit('EMAIL'), purposes: ['news'], advertisers: null },
  ...{ sectors: null, platforms: null, profilingLevel: 0, explicitArt9: false, political: false },
  ...{ deviceAccess: false, form: 'active', method: 'doi_email', evidencedAt: 1000 },
  ...{ wordingComplete: true, referenced: true, parentalAuthorisation: false },
  ...{ requestedAt: null, confirmedAt: 1000, firstUsedAt: null, answeredAt: null },
};
const known: ContactPointState = {
  ...emptyState('email'),
  residence: 'DE',
  consents: [consent],
  lastActive: since,
};

describe('a change that is looked into', () => {
  const rows: readonly (readonly [name: string, after: Partial<ContactPointState>, is: boolean])[] =
    [
      ['nothing', {}, false],
      [
        'a contact, the first use of a consent',
        {
          contacts: [{ channel: 0, isUse: true, at: 2000 }],
          consents: [{ ...consent, firstUsedAt: 2000 }],
        },
        false,
      ],
      ['activity', { lastActive: { at: 2000, event: 'evt_2' } }, false],
      ['activity that turned out to be older', { lastActive: { at: 500, event: 'evt_0' } }, true],
      ['activity that is gone', { lastActive: null }, true],
      [
        'a withdrawal',
        { withdrawals: [{ ...since, consentId: null, channels: 0, purposes: null }] },
        true,
      ],
      ['an objection', { objections: [{ ...since, channels: EVERY_CHANNEL }] }, true],
      ['a restriction', { restrictions: [{ ...since, ground: '00' }] }, true],
      ['a block', { blocks: [{ ...since, channels: EVERY_CHANNEL, list: 'own' }] }, true],
      ['an erasure', { erased: since }, true],
      ['a bounce', { undeliverable: since }, true],
      ['another country', { residence: 'FR' }, true],
      ['a birth date', { birthDate: '2015-01-01' }, true],
      ['a conflict', { conflict: true }, true],
      ['a consent that is gone', { consents: [] }, true],
      ['another link', { links: [{ kind: 'id', key: '0'.repeat(32) }] }, true],
    ];

  it.each(rows)('%s', (_, after, is) => {
    expect(mayRefuse(known, { ...known, ...after })).toBe(is);
  });

  it('somebody new, and somebody who is gone', () => {
    expect(mayRefuse(null, known)).toBe(true);
    expect(mayRefuse(known, null)).toBe(true);
  });
});
