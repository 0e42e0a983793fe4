import { hubspotContacts } from './hubspot.ts';
import { listmonkSubscribers } from './listmonk.ts';
import { mailchimpCleaned, mailchimpSubscribed, mailchimpUnsubscribed } from './mailchimp.ts';
import type { CrmFormat, CrmMapping } from './mapping.ts';
import { mauticContacts, mauticDoNotContact } from './mautic.ts';

/** Every format and how its rows are read. */
export const crmMappings: Readonly<Record<CrmFormat, CrmMapping>> = Object.freeze({
  mailchimp_subscribed: mailchimpSubscribed,
  mailchimp_unsubscribed: mailchimpUnsubscribed,
  mailchimp_cleaned: mailchimpCleaned,
  hubspot_contacts: hubspotContacts,
  listmonk_subscribers: listmonkSubscribers,
  mautic_contacts: mauticContacts,
  mautic_donotcontact: mauticDoNotContact,
});

/**
 * The names that the systems give their files; Mailchimp writes `subscribed_members_export_…` or
 * `subscribed_email_audience_export_…`. The more telling names come first.
 */
const fileNames: readonly (readonly [RegExp, CrmFormat])[] = Object.freeze([
  [/(^|\/)unsubscribed_(members|email_audience)_export/i, 'mailchimp_unsubscribed'],
  [/(^|\/)cleaned_(members|email_audience)_export/i, 'mailchimp_cleaned'],
  [/(^|\/)subscribed_(members|email_audience)_export/i, 'mailchimp_subscribed'],
  [/donotcontact/i, 'mautic_donotcontact'],
  [/mautic|(^|\/)contacts_export/i, 'mautic_contacts'],
  [/hubspot/i, 'hubspot_contacts'],
  [/listmonk|(^|\/)subscribers\.(csv|json)$/i, 'listmonk_subscribers'],
]);

/** The format that a file's name stands for, or null where it stands for none. */
export function formatOfFile(name: string): CrmFormat | null {
  return fileNames.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}
