import type { Fact } from './scenario.ts';

/** Facts as the catalogue speaks of them; what it does not mention is compliant. */

const hash = 'a'.repeat(64);
export const wording = { id: 'w-1', version: '3', sha256: hash };

/** Who the person is, and where the data come from. */
export function registered(data: object = {}, at = '2026-01-15T09:00:00Z'): Fact {
  const origin = { kind: 'own', source: 'shop', obtainedAt: '2026-01-15T09:00:00Z' };
  return {
    type: 'subject.registered',
    at,
    data: { residence: 'DE', recipientType: 'CONSUMER', origin, ...data },
  };
}

const consentData = {
  consentId: 'c-1',
  channels: ['EMAIL'],
  purposes: ['newsletter.fashion'],
  form: 'active',
  wording,
  evidence: { method: 'doi_email', ref: 'doi-1' },
};

/** A confirmed consent to the e-mail newsletter, by double opt-in. */
export function consented(data: object = {}, at = '2026-03-01T09:12:44Z'): Fact {
  return { type: 'consent.confirmed', at, data: { ...consentData, ...data } };
}

/** A consent to calls, with the complete record of § 7a UWG. */
export function consentedToCalls(data: object = {}, at = '2026-02-10T10:00:00Z'): Fact {
  const evidence = { method: 'call_recording', ref: 'rec-1' };
  return consented({ channels: ['PHONE_HUMAN'], form: 'oral', evidence, ...data }, at);
}

export function requested(at: string, data: object = {}): Fact {
  return { type: 'consent.requested', at, data: { ...consentData, ...data } };
}

export function withdrew(data: object, at: string): Fact {
  return { type: 'consent.withdrawn', at, data };
}

export function objected(data: object, at: string): Fact {
  return { type: 'objection.raised', at, data };
}

/** A contract on running shoes, with the address taken and the notice given at checkout. */
export function bought(data: object = {}, at = '2026-05-05T12:00:00Z'): Fact {
  return {
    type: 'sale.recorded',
    at,
    data: {
      saleId: `s-${at}`,
      productCategory: 'running.shoes',
      contactDataObtainedHere: true,
      noticeAtCollectionRef: 'N1',
      status: 'contract',
      ...data,
    },
  };
}

export function active(kind: string, at: string): Fact {
  return { type: 'activity.recorded', at, data: { kind } };
}

export function contacted(channel: string, at: string): Fact {
  return { type: 'contact.made', at, data: { channel } };
}

export function refused(channel: string, at: string): Fact {
  return { type: 'contact.refused', at, data: { channel } };
}

export function checked(register: string, data: object = {}): Fact {
  const checkedAt = '2026-11-20T08:00:00Z';
  const result = { register, listed: false, checkedAt, ...data };
  return { type: 'register.checked', at: result.checkedAt, data: result };
}

export function listed(register: string, listedSince: string | null = null): Fact {
  return checked(register, { listed: true, listedSince });
}

export function interested(data: object = {}, at = '2026-10-01T08:00:00Z'): Fact {
  const fact = 'asked for an offer on spare parts by phone';
  return { type: 'interest.documented', at, data: { fact, channel: 'PHONE_HUMAN', ...data } };
}

export function blocked(data: object = {}, at = '2025-05-01T08:00:00Z'): Fact {
  return { type: 'blocklist.entered', at, data: { list: 'advertising', ...data } };
}
