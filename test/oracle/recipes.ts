import type { ConsentEvent } from '../../shared/contract/events.ts';
import { channels, channelContacts, type Channel } from '../../shared/contract/vocabulary.ts';
import { DAY } from './calendar.ts';
import { newCampaign, recently, record, type Draft, type EventData } from './draft.ts';

/* Beginnings: somebody who may be contacted, on each basis that there is. */

export function register(draft: Draft): void {
  const { dice, now, country, person } = draft;
  const isBusiness = dice.chance(25);
  record(draft, {
    type: 'subject.registered',
    at: now - 900 * DAY,
    subject: person,
    data: {
      residence: country,
      recipientType: isBusiness ? dice.pick(['BUSINESS_PERSON', 'BUSINESS_GENERIC']) : 'CONSUMER',
      ...(dice.chance(50) ? { birthDate: '1980-05-17' } : {}),
      origin: { kind: 'own', source: 'shop', obtainedAt: new Date(now - 900 * DAY).toISOString() },
    },
  });
}

export function address(draft: Draft): void {
  const { id, email, phone, postal } = draft.person;
  const named = { id: { id }, email: { email }, phone: { phone }, postal: { postal } };
  const kind = channelContacts[draft.campaign.channel];
  const own = kind === 'domain' ? { email } : named[kind];
  draft.recipient = draft.dice.chance(30)
    ? { id }
    : { ...own, ...(draft.dice.chance(30) ? { id } : {}) };
}

/** A declaration that covers the campaign, with complete evidence. */
export function fullDeclaration(draft: Draft, consentId: string): EventData<'consent.requested'> {
  const { dice, campaign } = draft;
  const { channel } = campaign;
  const byPhone = channel === 'PHONE_HUMAN' || channel === 'PHONE_AUTO' || channel === 'FAX';
  const level = Number(campaign.profiling.level.slice(1));
  return {
    consentId,
    channels: dice.chance(80) ? [channel] : [...new Set([channel, dice.pick(channels)])],
    purposes: [campaign.purpose, ...(dice.chance(20) ? ['newsletter.fashion-and-travel'] : [])],
    form: dice.pick(byPhone ? (['oral', 'active'] as const) : (['active', 'written'] as const)),
    wording: { id: 'w-1', version: '3', sha256: 'a'.repeat(64) },
    evidence: {
      method: dice.chance(20)
        ? 'paper'
        : byPhone
          ? dice.pick(['call_recording', 'doi_sms'])
          : 'doi_email',
      ...(dice.chance(50) ? { url: 'https://shop.example.org/form' } : { ref: 'E-1' }),
    },
    ...(campaign.advertiser === 'acme' ? {} : { advertisers: [campaign.advertiser] }),
    ...(dice.chance(15)
      ? { sectors: [dice.pick([campaign.productCategory, 'running', 'energy'])] }
      : {}),
    ...(level > 0 || dice.chance(20) ? { profilingLevel: campaign.profiling.level } : {}),
    ...(campaign.platform != null ? { platforms: [campaign.platform] } : {}),
    ...(channel === 'PUSH_APP' || channel === 'PUSH_WEB' ? { deviceAccess: true } : {}),
    ...(campaign.profiling.political ? { political: true } : {}),
    ...(campaign.profiling.specialCategories || level === 7 ? { explicitArt9: true } : {}),
  };
}

export function consent(draft: Draft, consentId = 'c-1', at = recently(draft)): void {
  const declaration = fullDeclaration(draft, consentId);
  if (draft.dice.chance(60)) {
    record(draft, { type: 'consent.requested', at: at - 600_000, data: declaration });
    record(draft, { type: 'consent.confirmed', at, data: { consentId } });
  } else {
    record(draft, { type: 'consent.confirmed', at, data: declaration });
  }
}

export function sale(draft: Draft, saleId = 's-1', at = recently(draft)): void {
  const { dice } = draft;
  record(draft, {
    type: 'sale.recorded',
    at,
    data: {
      saleId,
      productCategory: 'running.shoes',
      contactDataObtainedHere: true,
      noticeAtCollectionRef: 'N-1',
      status: dice.pick(['contract', 'ongoing_contract', 'ongoing_contract', 'freemium_account']),
    },
  });
}

function begin(draft: Draft, channel: Channel): void {
  draft.campaign = { ...draft.campaign, channel };
  register(draft);
  address(draft);
}

function byConsent(draft: Draft): void {
  const channel = draft.dice.chance(30) ? 'EMAIL' : draft.dice.pick(channels);
  if (channel === 'CUSTOM_AUDIENCE' || channel === 'SOCIAL_DM') draft.campaign.platform = 'network';
  begin(draft, channel);
  if (draft.dice.chance(40)) profile(draft);
  consent(draft);
  for (const event of draft.dice.chance(15) ? draft.events : []) {
    forgetDevice(event);
  }
}

/** A push consent without the access to the device. */
function forgetDevice(event: ConsentEvent): void {
  if (event.type !== 'consent.requested' && event.type !== 'consent.confirmed') return;
  event.data.deviceAccess = null;
}

/** A level with the attributes that belong to it. */
export function profile(draft: Draft): void {
  const { dice, campaign } = draft;
  const { profiling } = campaign;
  profiling.level = dice.pick(['P1', 'P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8']);
  profiling.specialCategories = profiling.level === 'P7';
  profiling.political = dice.chance(15);
  profiling.attributes = [
    {
      name: 'last_category',
      category: profiling.level === 'P7' ? 'health' : dice.pick(['purchase_history', 'contact']),
      collectedFor: ['order', dice.pick(['advertising', campaign.purpose])],
      source: 'own',
    },
  ];
}

function byExistingCustomer(draft: Draft): void {
  begin(draft, draft.dice.pick(['EMAIL', 'EMAIL', 'SMS', 'MMS', 'MESSENGER']));
  sale(draft);
  registerResults(draft);
}

function byPost(draft: Draft): void {
  begin(draft, 'POST');
  if (draft.dice.chance(60)) sale(draft);
  else record(draft, { type: 'activity.recorded', at: recently(draft), data: { kind: 'click' } });
  if (draft.dice.chance(30)) profile(draft);
  registerResults(draft);
}

function inApp(draft: Draft): void {
  begin(draft, 'INAPP');
  record(draft, { type: 'activity.recorded', at: recently(draft), data: { kind: 'login' } });
  if (draft.dice.chance(30)) profile(draft);
}

function byBusinessMail(draft: Draft): void {
  begin(draft, draft.dice.pick(['EMAIL', 'EMAIL', 'SMS']));
  makeBusiness(draft);
  record(draft, { type: 'activity.recorded', at: recently(draft), data: { kind: 'enquiry' } });
}

function makeBusiness(draft: Draft): void {
  for (const event of draft.events) {
    if (event.type !== 'subject.registered') continue;
    event.data.recipientType = draft.dice.pick([
      'BUSINESS_PERSON',
      'BUSINESS_GENERIC',
      'SOLE_TRADER',
    ]);
  }
}

function byCall(draft: Draft): void {
  begin(draft, 'PHONE_HUMAN');
  if (draft.dice.chance(45)) makeBusiness(draft);
  if (draft.dice.chance(60)) sale(draft);
  record(draft, { type: 'activity.recorded', at: recently(draft), data: { kind: 'call' } });
  if (draft.dice.chance(50)) {
    const data = { fact: 'asked for spare parts by phone', channel: 'PHONE_HUMAN' as const };
    record(draft, { type: 'interest.documented', at: recently(draft), data });
  }
  registerResults(draft);
}

const registersOf: Readonly<Record<string, readonly string[]>> = {
  AT: ['AT_ECG'],
  IT: ['IT_RPO'],
  ES: ['ES_ROBINSON'],
  FR: ['FR_BLOCTEL'],
  BE: ['BE_DNCM'],
  CH: ['CH_DIRECTORY'],
  GB: ['GB_TPS', 'GB_CTPS'],
  SE: ['SE_NIX'],
  DE: ['DE_DDV'],
  DK: ['DK_ROBINSON'],
  NO: ['NO_RESERVASJON'],
  IE: ['IE_NDD'],
};

/** Fresh results that list nobody, for the countries that the case touches. */
function registerResults(draft: Draft): void {
  const { dice, country, controller, now } = draft;
  for (const each of new Set([country, controller.establishment.country])) {
    for (const name of registersOf[each] ?? []) {
      const at = now - dice.number(10) * DAY;
      const checkedAt = new Date(at).toISOString();
      if (dice.chance(95)) {
        record(draft, {
          type: 'register.checked',
          at,
          data: { register: name, listed: false, checkedAt },
        });
      }
    }
  }
}

function service(draft: Draft): void {
  begin(draft, draft.dice.pick(channels));
  draft.campaign.content = 'transactional';
  sale(draft);
}

function confirmation(draft: Draft): void {
  begin(draft, draft.dice.chance(80) ? 'EMAIL' : 'SMS');
  draft.campaign.content = 'doi_confirmation';
  if (draft.dice.chance(5)) draft.campaign.message.containsAdvertising = true;
  const at = draft.now - draft.dice.number(15) * DAY;
  record(draft, { type: 'consent.requested', at, data: fullDeclaration(draft, 'c-1') });
}

const recipes = [
  ...[byConsent, byConsent, byConsent, byConsent, byExistingCustomer, byExistingCustomer],
  ...[byPost, byPost, inApp, byBusinessMail, byCall, byCall, byCall, service, confirmation],
] as const;

/** Fills a draft with somebody whom the campaign may reach, as a rule. */
export function follow(draft: Draft): void {
  draft.campaign = newCampaign('EMAIL');
  draft.dice.pick(recipes)(draft);
}
