import type { CampaignRule, RecipientRule } from './rule.ts';
import { art14Notice } from './rules/art14-notice.ts';
import { automatedDecision } from './rules/automated-decision.ts';
import { balancingDocumented } from './rules/balancing-documented.ts';
import { blockList } from './rules/block-list.ts';
import { callerIdShown } from './rules/caller-id-shown.ts';
import { campaignApproved } from './rules/campaign-approved.ts';
import { confirmationWithoutAdvertising } from './rules/confirmation-without-advertising.ts';
import { consentAdvertiser } from './rules/consent-advertiser.ts';
import { consentChannel } from './rules/consent-channel.ts';
import { consentEvidence } from './rules/consent-evidence.ts';
import { consentExpired } from './rules/consent-expired.ts';
import { consentForm } from './rules/consent-form.ts';
import { consentMissing } from './rules/consent-missing.ts';
import { consentParental } from './rules/consent-parental.ts';
import { consentPurpose } from './rules/consent-purpose.ts';
import { consentStale } from './rules/consent-stale.ts';
import { consentUnconfirmed } from './rules/consent-unconfirmed.ts';
import { consentWithdrawn } from './rules/consent-withdrawn.ts';
import { contactWindow } from './rules/contact-window.ts';
import { dataCategory } from './rules/data-category.ts';
import { deviceAccess } from './rules/device-access.ts';
import { erased } from './rules/erased.ts';
import { existingCustomerChannel } from './rules/existing-customer-channel.ts';
import { existingCustomerCollectionNotice } from './rules/existing-customer-collection-notice.ts';
import { existingCustomerMessageNotice } from './rules/existing-customer-message-notice.ts';
import { existingCustomerOwn } from './rules/existing-customer-own.ts';
import { existingCustomerSale } from './rules/existing-customer-sale.ts';
import { existingCustomerSimilar } from './rules/existing-customer-similar.ts';
import { existingCustomerWindow } from './rules/existing-customer-window.ts';
import { externalRegister } from './rules/external-register.ts';
import { frequencyCap } from './rules/frequency-cap.ts';
import { groundBalanced } from './rules/ground-balanced.ts';
import { impactAssessment } from './rules/impact-assessment.ts';
import { jurisdictionKnown } from './rules/jurisdiction-known.ts';
import { objection } from './rules/objection.ts';
import { originKnown } from './rules/origin-known.ts';
import { platformAdvertising } from './rules/platform-advertising.ts';
import { politicalAdvertising } from './rules/political-advertising.ts';
import { presumedInterest } from './rules/presumed-interest.ts';
import { processorContract } from './rules/processor-contract.ts';
import { profilingGrounds } from './rules/profiling-grounds.ts';
import { profilingLevel } from './rules/profiling-level.ts';
import { profilingMinor } from './rules/profiling-minor.ts';
import { profilingObjection } from './rules/profiling-objection.ts';
import { purposeLimitation } from './rules/purpose-limitation.ts';
import { recipientIdentified } from './rules/recipient-identified.ts';
import { recipientTypeKnown } from './rules/recipient-type-known.ts';
import { refusalCooldown } from './rules/refusal-cooldown.ts';
import { registerCurrent } from './rules/register-current.ts';
import { restriction } from './rules/restriction.ts';
import { retentionInactive } from './rules/retention-inactive.ts';
import { retentionMaximum } from './rules/retention-maximum.ts';
import { senderIdentified } from './rules/sender-identified.ts';
import { socialTracking } from './rules/social-tracking.ts';
import { specialCategory } from './rules/special-category.ts';
import { taxHold } from './rules/tax-hold.ts';
import { transactionalOccasion } from './rules/transactional-occasion.ts';
import { transferBasis } from './rules/transfer-basis.ts';
import { undeliverable } from './rules/undeliverable.ts';
import { unsubscribeOffered } from './rules/unsubscribe-offered.ts';

/*
 * The order of the rulebook is the order in which reasons are given, and part of every logged
 * decision. It follows RULES 0.5: what condemns the campaign stands before what is about a person;
 * law that is unknown before rules that depend on it; refusals before permissions, because
 * nothing outweighs them; conditions of a consent before the exceptions that may replace it;
 * what time heals stands last. Every rule is run; none ends the evaluation but those on the
 * campaign alone.
 */

/** Rules on the campaign alone: one that denies rejects it before anybody's data are read. */
export const campaignRules: readonly CampaignRule[] = Object.freeze([
  senderIdentified,
  unsubscribeOffered,
  callerIdShown,
  confirmationWithoutAdvertising,
  processorContract,
  transferBasis,
  balancingDocumented,
  impactAssessment,
  campaignApproved,
]);

/** Rules on each recipient. */
export const recipientRules: readonly RecipientRule[] = Object.freeze([
  // jurisdiction
  recipientIdentified,
  jurisdictionKnown,
  recipientTypeKnown,
  // refusal
  blockList,
  objection,
  erased,
  consentWithdrawn,
  restriction,
  undeliverable,
  externalRegister,
  registerCurrent,
  // permission
  consentMissing,
  consentUnconfirmed,
  consentExpired,
  consentChannel,
  consentPurpose,
  consentAdvertiser,
  consentForm,
  consentEvidence,
  consentParental,
  consentStale,
  existingCustomerChannel,
  existingCustomerSale,
  existingCustomerOwn,
  existingCustomerSimilar,
  existingCustomerCollectionNotice,
  existingCustomerMessageNotice,
  existingCustomerWindow,
  presumedInterest,
  deviceAccess,
  groundBalanced,
  transactionalOccasion,
  originKnown,
  art14Notice,
  // profiling
  profilingObjection,
  profilingMinor,
  socialTracking,
  specialCategory,
  automatedDecision,
  profilingLevel,
  profilingGrounds,
  purposeLimitation,
  dataCategory,
  politicalAdvertising,
  platformAdvertising,
  // retention
  retentionInactive,
  retentionMaximum,
  taxHold,
  // timing
  contactWindow,
  frequencyCap,
  refusalCooldown,
]);

export const rulebook: readonly (CampaignRule | RecipientRule)[] = Object.freeze([
  ...campaignRules,
  ...recipientRules,
]);
