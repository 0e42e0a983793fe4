/** The field's words, each list once; schemas, codecs and rules derive from these orders. */

/** Order is part of the stored format: append only. */
export const channels = [
  'EMAIL',
  'SMS',
  'MMS',
  'MESSENGER',
  'PUSH_APP',
  'PUSH_WEB',
  'INAPP',
  'INBOX_AD',
  'SOCIAL_DM',
  'CUSTOM_AUDIENCE',
  'PHONE_HUMAN',
  'PHONE_AUTO',
  'FAX',
  'POST',
] as const;
export type Channel = (typeof channels)[number];

/**
 * What is contacted, and what decides. `domain` stands for all addresses under it, `hash` for
 * whatever the owner of a list has hashed to it. Order is part of the stored format: append only.
 */
export const contactPointKinds = ['id', 'email', 'phone', 'postal', 'domain', 'hash'] as const;
export type ContactPointKind = (typeof contactPointKinds)[number];

/** The kind of identifier that a channel contacts (API 2). */
export const channelContacts: Readonly<Record<Channel, Exclude<ContactPointKind, 'hash'>>> =
  Object.freeze({
    EMAIL: 'email',
    INBOX_AD: 'email',
    SMS: 'phone',
    MMS: 'phone',
    MESSENGER: 'phone',
    PHONE_HUMAN: 'phone',
    PHONE_AUTO: 'phone',
    FAX: 'phone',
    POST: 'postal',
    PUSH_APP: 'id',
    PUSH_WEB: 'id',
    INAPP: 'id',
    SOCIAL_DM: 'id',
    CUSTOM_AUDIENCE: 'id',
  });

export const recipientTypes = [
  'CONSUMER',
  'SOLE_TRADER',
  'BUSINESS_PERSON',
  'BUSINESS_GENERIC',
] as const;
export type RecipientType = (typeof recipientTypes)[number];

export const originKinds = ['own', 'third_party', 'public', 'social'] as const;
export const consentForms = ['active', 'preticked', 'oral', 'written'] as const;
export const evidenceMethods = [
  'doi_email',
  'doi_sms',
  'call_recording',
  'paper',
  'import',
] as const;
export const profilingLevels = ['P0', 'P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8'] as const;
export type ProfilingLevel = (typeof profilingLevels)[number];
export const objectionScopes = ['all', 'channel', 'profiling'] as const;
export const saleStatuses = [
  'contract',
  'ongoing_contract',
  'freemium_account',
  'abandoned_cart',
  'enquiry',
  'prize_draw',
] as const;
export const activityKinds = [
  'order',
  'login',
  'click',
  'reply',
  'call',
  'enquiry',
  'open',
] as const;
export const holdKinds = ['tax', 'legal'] as const;

export const contents = [
  'advertising',
  'transactional',
  'doi_confirmation',
  'permission_request',
  'survey',
] as const;
export const advertiserKinds = ['commercial', 'charity', 'press'] as const;
export const transferBases = ['not_needed', 'adequacy', 'dpf', 'scc', 'bcr', 'none'] as const;
export const outcomes = ['allow', 'deny'] as const;
export const campaignStates = [
  'draft',
  'evaluating',
  'held',
  'cleared',
  'rejected',
  'failed',
  'expired',
  'cancelled',
] as const;
export type CampaignState = (typeof campaignStates)[number];

/** What the data protection officer said of a campaign, as far as anybody asked. */
export const approvals = ['not_asked', 'given', 'refused'] as const;
export type Approval = (typeof approvals)[number];
