import type { ConsentEvent } from '../../shared/contract/events.ts';
import {
  advertiserKinds,
  channelContacts,
  channels,
  consentForms,
  contents,
  evidenceMethods,
  originKinds,
  profilingLevels,
  recipientTypes,
  saleStatuses,
  transferBases,
} from '../../shared/contract/vocabulary.ts';
import { DAY, HOUR, plusMonths } from './calendar.ts';
import {
  advertisers,
  categories,
  phoneOf,
  postalOf,
  purposes,
  someInstantBefore,
  type Draft,
} from './draft.ts';
import { coveredCountries } from './question.ts';
import { addSomething } from './additions.ts';
import { profile } from './recipes.ts';

/* One step away from a case: what is said of the campaign, the history, the people, the moment. */

export function mutate(draft: Draft): void {
  draft.dice.pick([
    ...[addSomething, addSomething, addSomething, addSomething, addSomething, addSomething],
    ...[moveEvent, moveEvent, tieEvents, changeEvent, changeEvent, changeEvent, removeEvent],
    ...[changeCampaign, changeCampaign, changeProfiling, changeMessage, changeController],
    ...[changeRecipient, moveInstant],
  ])(draft);
}

function anEvent(draft: Draft): ConsentEvent | null {
  return draft.events.length === 0 ? null : draft.dice.pick(draft.events);
}

function moveEvent(draft: Draft): void {
  const event = anEvent(draft);
  if (event === null) return;
  const later = draft.dice.chance(10) ? draft.now + draft.dice.pick([1, HOUR]) : null;
  event.occurredAt = new Date(later ?? someInstantBefore(draft)).toISOString();
}

function tieEvents(draft: Draft): void {
  const [one, other] = [anEvent(draft), anEvent(draft)];
  if (one === null || other === null) return;
  const edge = draft.dice.pick([0, 0, 1, -1]);
  one.occurredAt = new Date(Date.parse(other.occurredAt) + edge).toISOString();
}

function removeEvent(draft: Draft): void {
  if (draft.events.length > 0) draft.events.splice(draft.dice.number(draft.events.length), 1);
}

function changeEvent(draft: Draft): void {
  const { dice, person } = draft;
  const event = anEvent(draft);
  if (event === null) return;
  if (dice.chance(4)) event.controller = 'other';
  if (dice.chance(10)) {
    const { id, email, phone, postal } = person;
    event.subject = dice.pick([{ id }, { email }, { phone }, { postal }, { id: 'crm-2', email }]);
  }
  switch (event.type) {
    case 'subject.registered':
      return changeRegistration(draft, event.data);
    case 'consent.requested':
    case 'consent.confirmed':
      return changeDeclaration(draft, event.data);
    case 'sale.recorded':
      return changeSale(draft, event.data);
    case 'register.checked':
      if (dice.chance(50)) event.data.listed = !event.data.listed;
      else event.data.checkedAt = new Date(someInstantBefore(draft)).toISOString();
      return;
    case 'interest.documented':
      event.data.validUntil = new Date(
        draft.now + dice.pick([-1, 0, 1, DAY, 900 * DAY]),
      ).toISOString();
      if (dice.chance(20)) event.data.channel = dice.pick(channels);
      return;
    default:
      return;
  }
}

type Data<Type extends ConsentEvent['type']> = Extract<ConsentEvent, { type: Type }>['data'];

function changeRegistration(draft: Draft, data: Data<'subject.registered'>): void {
  const { dice, now } = draft;
  const steps: readonly (() => void)[] = [
    () => (data.residence = dice.pick([null, 'HU', ...coveredCountries])),
    () => (data.numberCountry = dice.pick([null, 'US', ...coveredCountries])),
    () => (data.recipientType = dice.pick(recipientTypes)),
    () => (data.birthDate = birthDateNear(draft)),
    () => (data.birthDate = birthDateNear(draft)),
    () => (data.origin = null),
    () => {
      const obtainedAt = new Date(someInstantBefore(draft)).toISOString();
      const notice = dice.pick([null, now - DAY, now, now + 1]);
      const art14NoticeAt = notice === null ? null : new Date(notice).toISOString();
      data.origin = { kind: dice.pick(originKinds), source: 'list', obtainedAt, art14NoticeAt };
    },
  ];
  dice.pick(steps)();
}

/** Ages at which law turns, to the day: now, or when a consent was given. */
export function birthDateNear(draft: Draft): string {
  const { dice, events, now } = draft;
  const given = events.filter(({ type }) => type.startsWith('consent.'));
  const at = given.length > 0 && dice.chance(60) ? Date.parse(dice.pick(given).occurredAt) : now;
  const years = dice.pick([12, 13, 14, 15, 16, 17, 18]);
  const born = plusMonths(at, -12 * years) + dice.pick([0, 0, DAY, -DAY, 100 * DAY]);
  return new Date(born).toISOString().slice(0, 10);
}

function changeDeclaration(draft: Draft, data: Data<'consent.confirmed'>): void {
  const { dice } = draft;
  const steps: readonly (() => void)[] = [
    () => (data.channels = dice.some(channels)),
    () => (data.purposes = dice.some(purposes)),
    () => (data.form = dice.pick(consentForms)),
    () => (data.form = 'preticked'),
    () => (data.advertisers = dice.pick([null, ['acme'], ['affiliate'], ['acme', 'affiliate']])),
    () => (data.sectors = dice.pick([null, ['running'], ['running.socks'], ['energy'], ['run']])),
    () => (data.profilingLevel = dice.pick([null, ...profilingLevels])),
    () => (data.explicitArt9 = dice.chance(50)),
    () => (data.political = dice.chance(50)),
    () => (data.platforms = dice.pick([null, ['network'], ['elsewhere']])),
    () => (data.deviceAccess = dice.chance(50)),
    () => (data.parentalAuthorisationRef = dice.pick([null, 'P-1'])),
    () => (data.wording = dice.pick([null, { id: 'w-1', version: '3' }, { id: 'w-1' }])),
    () => (data.evidence = dice.pick([null, { method: dice.pick(evidenceMethods) }])),
    () => (data.evidence = { method: dice.pick(evidenceMethods), ref: 'E-2' }),
  ];
  dice.pick(steps)();
}

function changeSale(draft: Draft, data: Data<'sale.recorded'>): void {
  const { dice } = draft;
  const steps: readonly (() => void)[] = [
    () => (data.status = dice.pick(saleStatuses)),
    () => (data.productCategory = dice.pick(categories)),
    () => (data.contactDataObtainedHere = false),
    () => (data.noticeAtCollectionRef = null),
  ];
  dice.pick(steps)();
}

function changeCampaign({ dice, campaign }: Draft): void {
  const steps: readonly (() => void)[] = [
    () => (campaign.channel = dice.pick(channels)),
    () => (campaign.channel = dice.pick(channels)),
    () => (campaign.content = dice.pick(contents)),
    () => (campaign.purpose = dice.pick(purposes)),
    () => (campaign.advertiser = dice.pick(advertisers)),
    () => (campaign.advertiserKind = dice.pick(advertiserKinds)),
    () => (campaign.productCategory = dice.pick(categories)),
    () => (campaign.platform = dice.pick([null, 'network', 'elsewhere'])),
    () => (campaign.assessments.liaRef = null),
    () => (campaign.assessments.dpiaRef = null),
    () => {
      const country = dice.pick(['FR', 'US', 'GB', 'CH', 'JP', 'IN', 'BR', 'NO', 'DE']);
      const basis = dice.pick(transferBases);
      const transfer = { basis, ref: dice.pick([null, 'T-1']) };
      const contractRef = dice.chance(80) ? 'AVV-1' : null;
      campaign.processors = [{ name: 'Mail Service', country, contractRef, transfer }];
    },
  ];
  dice.pick(steps)();
}

const attributeCategories = [
  ...['contact', 'purchase_history', 'browsing', 'location', 'payment', 'complaint', 'support'],
  ...[
    'external_score',
    'social',
    'health',
    'device_fingerprint',
    'religion',
    'criminal',
    'criminal',
  ],
];

function changeProfiling(draft: Draft): void {
  const { dice, campaign } = draft;
  const { profiling } = campaign;
  const steps: readonly (() => void)[] = [
    () => profile(draft),
    () => (profiling.level = dice.pick(profilingLevels)),
    () => (profiling.level = dice.pick(profilingLevels)),
    () => (profiling.specialCategories = !profiling.specialCategories),
    () => (profiling.significantEffect = !profiling.significantEffect),
    () => (profiling.political = !profiling.political),
    () => {
      const source = dice.pick(['own', 'own', 'broker']);
      const category = dice.pick(attributeCategories);
      const collectedFor = dice.some(['order', 'advertising', ...purposes]);
      profiling.attributes.push({ name: 'fact', category, collectedFor, source });
    },
  ];
  dice.pick(steps)();
}

function changeMessage({ dice, campaign: { message } }: Draft): void {
  const steps: readonly (() => void)[] = [
    () => (message.senderIdentified = false),
    () => (message.imprint = false),
    () => (message.optOutNotice = false),
    () => (message.oneClickUnsubscribe = false),
    () => {
      message.optOutNotice = false;
      message.oneClickUnsubscribe = false;
    },
    () => (message.art14Notice = true),
    () => (message.callerIdShown = false),
    () => (message.containsAdvertising = dice.chance(70)),
  ];
  dice.pick(steps)();
}

function changeController(draft: Draft): void {
  const { dice, controller } = draft;
  const policy = (controller.policy ??= {});
  const months = () => 1 + dice.number(24);
  const steps: readonly (() => void)[] = [
    () => (controller.establishment = { country: dice.pick([...coveredCountries, 'HU']) }),
    () => (policy.consent = { dormancyMonths: months() }),
    () => (policy.consent = { firstUseMonths: 1 + dice.number(12) }),
    () => (policy.consent = { doiExpiryDays: 1 + dice.number(14) }),
    () => (policy.ec = { windowMonths: months() }),
    () => (policy.ec = { smsCovered: false }),
    () => (policy.ec = { freemiumCountsAsSale: false }),
    () => (policy.post = { requiresOptIn: true }),
    () => (policy.retention = { inactivityMonths: months() }),
    () => (policy.retention = { maximumMonths: months() }),
    () => (policy.retention = { prospectMonths: months() }),
    () => (policy.profiling = { minimumAge: 18 + dice.number(10) }),
    () => (policy.age = { unknown: 'minor' }),
    () => (policy.frequency = { electronicPerWeek: dice.number(3) }),
    () => (policy.frequency = { electronicPerMonth: dice.number(7) }),
    () => (policy.frequency = { postPerFortnight: dice.number(2) }),
    () => (policy.frequency = { callsPerMonth: dice.number(2) }),
    () => (policy.frequency = { refusalCooldownDays: 90 + dice.number(90) }),
    () => (policy.presumedInterest = { validMonths: 1 + dice.number(12) }),
    () => (controller.similarity = { 'running.shoes': dice.some(categories) }),
  ];
  dice.pick(steps)();
}

/** Other spellings, fewer names, further names, somebody else's names. */
function changeRecipient(draft: Draft): void {
  const { dice, person, country } = draft;
  const { id, email, phone, postal } = person;
  draft.recipient = dice.pick([
    { id },
    { email: ` ${email.toUpperCase()} ` },
    { email, id: 'crm-2' },
    { email: 'max@example.org', id },
    { phone, email },
    { phone: `${phone.slice(0, 4)} ${phone.slice(4)}` },
    { phone: phoneOf(country, 1), id },
    { postal: { ...postal, name: '  ERIKA  Muster', city: 'MUSTERSTADT ' } },
    { postal: postalOf('Max Muster', country), email },
    { id, email, phone, postal },
    { email: 'erika at example.org', phone: '12', id },
  ]);
}

function moveInstant(draft: Draft): void {
  const { dice } = draft;
  const kind = channelContacts[draft.campaign.channel];
  const steps = kind === 'phone' ? [HOUR, 3 * HOUR, 12 * HOUR, DAY, 5 * DAY] : [DAY, 30 * DAY];
  draft.now += dice.pick([-1, 1]) * dice.pick([...steps, 1, 365 * DAY]);
}
