import { DAY_MS, formatInstant, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { Life } from './life.ts';
import { companies, productCategories } from './names.ts';
import type { HubspotContact, ShopEvent } from './person.ts';
import { CONTROLLER, purposes, shopWording } from './sample-context.ts';

/** What happened between somebody and the shop. */
export interface Story {
  readonly name: string;
  /** How often it happens, beside the weights of the other stories. */
  readonly weight: number;
  readonly country: 'DE' | 'AT';
  readonly write: (life: Life) => void;
}

const CUSTOMER = 'Legitimate interest - existing customer';
const CONSENTED = 'Freely given consent from contact';
/** A host below a reserved domain, whose operator wants no advertising at all. */
export const BLOCKED_DOMAIN = 'blocked.example.net';

function deal(life: Life, at: EpochMs): Pick<HubspotContact, 'deal' | 'legalBasis'> {
  return { deal: { at, category: life.random.pick(productCategories) }, legalBasis: CUSTOMER };
}

/** Bought in the shop some days ago; the account is older than the sale. */
function customer(life: Life, soldAt: EpochMs, facts: Partial<HubspotContact> = {}): void {
  const createdAt = soldAt - Math.floor(life.random.between(0, 200)) * DAY_MS;
  if (life.random.chance(0.45)) life.landline();
  life.hubspot(createdAt, { ...deal(life, soldAt), ...facts });
}

function reader(life: Life, requestedAt: EpochMs): void {
  life.mailchimp(life.doubleOptIn(requestedAt));
  life.sentSince(requestedAt);
}

function sportReader(life: Life, createdAt: EpochMs): void {
  life.listmonk(createdAt);
  life.sentSince(createdAt);
}

/** Born so that somebody is under sixteen for at least half a year after the sample's day. */
function child(life: Life): void {
  life.birthDate = `201${1 + life.random.below(4)}-0${7 + life.random.below(3)}-15`;
}

const mailchimpStories: readonly Story[] = [
  {
    name: 'reads the newsletter',
    weight: 160,
    country: 'DE',
    write: (life) => reader(life, life.ago(20, 680)),
  },
  {
    name: 'has read it for years',
    weight: 20,
    country: 'DE',
    write: (life) => reader(life, life.ago(900, 1900)),
  },
  {
    name: 'signed up and never got a mail',
    weight: 25,
    country: 'DE',
    write: (life) => life.mailchimp(life.doubleOptIn(life.ago(430, 900))),
  },
  {
    name: 'was forgotten for years',
    weight: 25,
    country: 'DE',
    write: (life) => {
      const requestedAt = life.ago(1300, 1980);
      life.mailchimp(life.doubleOptIn(requestedAt));
      life.sent(requestedAt + 20 * DAY_MS);
    },
  },
  {
    name: 'signed up in one step',
    weight: 35,
    country: 'DE',
    write: (life) => {
      const at = life.ago(25, 700);
      life.mailchimp({ requestedAt: at, confirmedAt: at, ip: life.ip() });
      life.sentSince(at);
    },
  },
  {
    name: 'was imported from a list',
    weight: 30,
    country: 'DE',
    write: (life) => {
      const at = life.ago(60, 900);
      life.mailchimp({ requestedAt: null, confirmedAt: at, ip: '' });
      life.sentSince(at);
    },
  },
  {
    name: 'signed up on a form whose text is lost',
    weight: 10,
    country: 'DE',
    write: (life) => reader(life, life.ago(2010, 2300)),
  },
  {
    name: 'left the newsletter',
    weight: 45,
    country: 'DE',
    write: (life) => {
      const leftAt = life.ago(2, 600);
      life.mailchimp(life.doubleOptIn(leftAt - 90 * DAY_MS), {
        unsubscribed: { at: leftAt, reason: 'NORMAL' },
      });
    },
  },
  {
    name: 'called it spam',
    weight: 5,
    country: 'DE',
    write: (life) => {
      const leftAt = life.ago(2, 600);
      life.mailchimp(life.doubleOptIn(leftAt - 40 * DAY_MS), {
        unsubscribed: { at: leftAt, reason: 'SPAM' },
      });
    },
  },
  {
    name: 'left on a day that nobody wrote down',
    weight: 3,
    country: 'DE',
    write: (life) =>
      life.mailchimp(life.doubleOptIn(life.ago(200, 600)), {
        unsubscribed: { at: null, reason: '' },
      }),
  },
  {
    name: 'has an address that bounces',
    weight: 25,
    country: 'DE',
    write: (life) => {
      const at = life.ago(5, 400);
      life.mailchimp(life.doubleOptIn(at - 200 * DAY_MS), { cleaned: { at } });
    },
  },
  {
    name: 'left and came back',
    weight: 6,
    country: 'DE',
    write: (life) => {
      const leftAt = life.ago(500, 700);
      const data = { channels: ['EMAIL' as const] };
      life.events.push({ ...life.envelope('left', leftAt), type: 'consent.withdrawn', data });
      reader(life, life.ago(30, 300));
    },
  },
  {
    name: 'reads the newsletter in Austria',
    weight: 30,
    country: 'AT',
    write: (life) => {
      const requestedAt = life.ago(30, 600);
      life.mailchimp(life.doubleOptIn(requestedAt), { withAddress: true });
      life.sentSince(requestedAt);
    },
  },
];

const hubspotStories: readonly Story[] = [
  {
    name: 'bought lately',
    weight: 130,
    country: 'DE',
    write: (life) => customer(life, life.ago(15, 500)),
  },
  {
    name: 'bought lately and clicked',
    weight: 15,
    country: 'DE',
    write: (life) =>
      customer(life, life.ago(60, 500), { sentAt: life.ago(10, 14), clickedAt: life.ago(8, 10) }),
  },
  {
    name: 'bought more than two years ago',
    weight: 25,
    country: 'DE',
    write: (life) => customer(life, life.ago(760, 1000)),
  },
  {
    name: 'bought long ago',
    weight: 20,
    country: 'DE',
    write: (life) => customer(life, life.ago(1200, 1750)),
  },
  {
    name: 'bought elsewhere and was imported',
    weight: 12,
    country: 'DE',
    write: (life) => customer(life, life.ago(30, 500), { source: 'Offline Sources' }),
  },
  {
    name: 'bought and unsubscribed from everything',
    weight: 20,
    country: 'DE',
    write: (life) => customer(life, life.ago(30, 600), { unsubscribed: true }),
  },
  {
    name: 'bought and opted out of marketing mail',
    weight: 8,
    country: 'DE',
    write: (life) => customer(life, life.ago(30, 600), { optedOut: true }),
  },
  {
    name: 'bought and wants no post',
    weight: 12,
    country: 'DE',
    write: (life) => customer(life, life.ago(30, 600), { noPostSince: life.ago(5, 25) }),
  },
  {
    name: 'bought in Austria',
    weight: 20,
    country: 'AT',
    write: (life) => {
      customer(life, life.ago(30, 500));
      const checkedAt = life.ago(1, 2);
      life.events.push({
        ...life.envelope('ecg', checkedAt),
        type: 'register.checked',
        data: {
          register: 'AT_ECG',
          listed: life.random.chance(0.25),
          checkedAt: formatInstant(checkedAt),
        },
      });
    },
  },
  {
    name: 'bought and objected by letter',
    weight: 10,
    country: 'DE',
    write: (life) => {
      customer(life, life.ago(60, 700));
      const subject = { email: life.email, postal: life.postal };
      const envelope = life.envelope('letter', life.ago(3, 50), subject);
      life.events.push({ ...envelope, type: 'objection.raised', data: { scope: 'all' } });
    },
  },
  {
    name: 'is a flag without evidence',
    weight: 30,
    country: 'DE',
    write: (life) => life.hubspot(life.ago(60, 900), { legalBasis: CONSENTED }),
  },
  {
    name: 'agreed to calls on a recorded line',
    weight: 40,
    country: 'DE',
    write: (life) => {
      life.landline();
      const at = life.ago(10, 320);
      const recording = `Band ${life.random.hex(8)}`;
      life.hubspot(at - 20 * DAY_MS, { phoneConsent: { at, recording }, changedAt: at });
    },
  },
  {
    name: 'is said to like calls',
    weight: 30,
    country: 'DE',
    write: (life) => {
      life.landline();
      life.hubspot(life.ago(60, 700), { phoneConsent: { at: null, recording: '' } });
    },
  },
  {
    name: 'bounced in HubSpot',
    weight: 8,
    country: 'DE',
    write: (life) => customer(life, life.ago(200, 600), { hardBounce: 'UNKNOWN_USER' }),
  },
];

/** Whom the shop knows for business or for other reasons than buying and reading. */
const otherHubspotStories: readonly Story[] = [
  {
    name: 'asked for a price for the club',
    weight: 15,
    country: 'DE',
    write: (life) => {
      business(life, life.random.pick(companies));
      interest(life);
    },
  },
  {
    name: 'works somewhere in the trade',
    weight: 15,
    country: 'DE',
    write: (life) => business(life, life.random.pick(companies)),
  },
  {
    name: 'trades alone',
    weight: 8,
    country: 'DE',
    write: (life) => business(life, 'Laufladen Beispiel e.K.'),
  },
  {
    name: 'is a mailbox of a company',
    weight: 7,
    country: 'DE',
    write: (life) => business(life, life.random.pick(companies)),
  },
  {
    name: 'is a child with a newsletter',
    weight: 10,
    country: 'DE',
    write: (life) => {
      child(life);
      const at = life.ago(30, 400);
      life.hubspot(at, {});
      reader(life, at + DAY_MS);
    },
  },
  {
    name: 'is sixteen or seventeen and buys',
    weight: 5,
    country: 'DE',
    write: (life) => {
      life.birthDate = `2009-0${7 + life.random.below(3)}-20`;
      customer(life, life.ago(30, 300));
    },
  },
  {
    name: 'came with a bought list',
    weight: 14,
    country: 'DE',
    write: (life) => {
      const obtainedAt = life.ago(50, 300);
      life.hubspot(obtainedAt, { source: 'Offline Sources' });
      boughtAddress(life, obtainedAt);
    },
  },
  {
    name: 'came from nobody knows where',
    weight: 12,
    country: 'DE',
    write: (life) => life.hubspot(life.ago(60, 600), { source: 'Offline Sources' }),
  },
  {
    name: 'is kept for the tax office',
    weight: 6,
    country: 'DE',
    write: (life) => {
      const soldAt = life.ago(1850, 2300);
      customer(life, soldAt);
      const envelope = life.envelope('tax', life.ago(300, 400));
      life.events.push({ ...envelope, type: 'hold.set', data: { kind: 'tax' } });
    },
  },
  {
    name: 'disputes the data',
    weight: 3,
    country: 'DE',
    write: (life) => {
      customer(life, life.ago(60, 600));
      const envelope = life.envelope('restriction', life.ago(5, 60));
      const data = { ground: 'Art. 18(1)(a) GDPR: accuracy contested' };
      life.events.push({ ...envelope, type: 'restriction.set', data });
    },
  },
];

function business(life: Life, company: string): void {
  life.company = company;
  life.landline();
  life.hubspot(life.ago(60, 600));
}

function interest(life: Life): void {
  const { phone } = life;
  if (phone === null) return;
  const envelope = life.envelope('interest', life.ago(10, 200), { email: life.email, phone });
  const data = {
    fact: 'asked on the stand at the trade fair to be called about team outfits',
    channel: 'PHONE_HUMAN' as const,
  };
  life.events.push({ ...envelope, type: 'interest.documented', data });
}

/** Half of them were told within a month, as Art. 14(3)(a) GDPR wants. */
function boughtAddress(life: Life, obtainedAt: EpochMs): void {
  const told = life.random.chance(0.5);
  const subject = { email: life.email, postal: life.postal };
  life.events.push({
    ...life.envelope('origin', obtainedAt, subject),
    type: 'subject.registered',
    data: {
      residence: life.postal.country,
      recipientType: 'CONSUMER',
      origin: {
        kind: 'third_party',
        source: 'Beispiel Adresshandel GmbH',
        obtainedAt: formatInstant(obtainedAt),
        art14NoticeAt: told ? formatInstant(obtainedAt + 12 * DAY_MS) : null,
      },
    },
  });
}

const listmonkStories: readonly Story[] = [
  {
    name: 'reads about sport',
    weight: 70,
    country: 'DE',
    write: (life) => sportReader(life, life.ago(20, 680)),
  },
  {
    name: 'was confirmed by staff',
    weight: 20,
    country: 'DE',
    write: (life) => life.listmonk(life.ago(60, 600), { optinIp: null }),
  },
  {
    name: 'has yet to confirm',
    weight: 8,
    country: 'DE',
    write: (life) => life.listmonk(life.ago(1, 6), { status: 'unconfirmed', optinIp: null }),
  },
  {
    name: 'never confirmed',
    weight: 8,
    country: 'DE',
    write: (life) => life.listmonk(life.ago(30, 400), { status: 'unconfirmed', optinIp: null }),
  },
  {
    name: 'left the sport list',
    weight: 20,
    country: 'DE',
    write: (life) => {
      const updatedAt = life.ago(2, 500);
      life.listmonk(updatedAt - 100 * DAY_MS, { status: 'unsubscribed', updatedAt });
    },
  },
  {
    name: 'is on the block list',
    weight: 10,
    country: 'DE',
    write: (life) => life.listmonk(life.ago(100, 700), {}, { status: 'blocklisted' }),
  },
  {
    name: 'was switched off',
    weight: 5,
    country: 'DE',
    write: (life) => life.listmonk(life.ago(100, 700), {}, { status: 'disabled' }),
  },
  {
    name: 'reads about sport and wants no profile',
    weight: 8,
    country: 'DE',
    write: (life) => {
      sportReader(life, life.ago(60, 500));
      const envelope = life.envelope('profile', life.ago(5, 50));
      life.events.push({ ...envelope, type: 'objection.raised', data: { scope: 'profiling' } });
    },
  },
  {
    name: 'agreed to be profiled',
    weight: 12,
    country: 'DE',
    write: (life) => {
      const at = life.ago(30, 320);
      sportReader(life, at - DAY_MS);
      profiledConsent(life, at);
    },
  },
  {
    name: 'has an address at a blocked domain',
    weight: 5,
    country: 'DE',
    write: (life) => sportReader(life, life.ago(30, 500)),
  },
];

function profiledConsent(life: Life, at: EpochMs): void {
  const { id, version, sha256, url } = shopWording;
  life.events.push({
    ...life.envelope('consent', at),
    type: 'consent.confirmed',
    data: {
      consentId: `shop:${life.envelope('consent', at).id}`,
      channels: ['EMAIL', 'POST'],
      purposes: [purposes.sport, 'winback'],
      profilingLevel: 'P3',
      form: 'active',
      wording: { id, version, sha256 },
      evidence: { method: 'doi_email', url, ip: life.ip(), ref: 'Kundenkonto' },
    },
  });
}

const mauticStories: readonly Story[] = [
  {
    name: 'gets offers by text message',
    weight: 22,
    country: 'DE',
    write: (life) => {
      life.mobile();
      const kind = life.random.chance(0.5) ? 'code' : 'paper';
      life.mautic({ sms: { kind, at: life.ago(20, 330) } });
    },
  },
  {
    name: 'is said to like text messages',
    weight: 8,
    country: 'DE',
    write: (life) => {
      life.mobile();
      life.mautic({ sms: { kind: 'code', at: null } });
    },
  },
  {
    name: 'reads the newsletter out of Mautic',
    weight: 20,
    country: 'DE',
    write: (life) => {
      const requestedAt = life.ago(20, 600);
      life.mautic({ newsletter: life.doubleOptIn(requestedAt) });
      life.sentSince(requestedAt);
    },
  },
  {
    name: 'has not confirmed in Mautic',
    weight: 6,
    country: 'DE',
    write: (life) => {
      const newsletter = { requestedAt: life.ago(3, 60), confirmedAt: null, ip: '' };
      life.mautic({ newsletter });
    },
  },
  {
    name: 'unsubscribed in Mautic',
    weight: 12,
    country: 'DE',
    write: (life) => {
      const at = life.ago(3, 400);
      const newsletter = life.doubleOptIn(at - 120 * DAY_MS);
      life.mautic({ newsletter, doNotContact: { at, reason: '1', channel: 'email' } });
    },
  },
  {
    name: 'bounced in Mautic',
    weight: 6,
    country: 'DE',
    write: (life) => {
      const at = life.ago(3, 400);
      const newsletter = life.doubleOptIn(at - 120 * DAY_MS);
      life.mautic({ newsletter, doNotContact: { at, reason: '2', channel: 'email' } });
    },
  },
  {
    name: 'told the branch to be left alone',
    weight: 6,
    country: 'DE',
    write: (life) => {
      life.mobile();
      const at = life.ago(3, 400);
      const channel = life.random.pick(['email', 'sms']);
      const sms = { kind: 'paper' as const, at: at - 100 * DAY_MS };
      life.mautic({ sms, doNotContact: { at, reason: '3', channel } });
    },
  },
];

export const stories: readonly Story[] = Object.freeze([
  ...mailchimpStories,
  ...hubspotStories,
  ...otherHubspotStories,
  ...listmonkStories,
  ...mauticStories,
]);

/** Facts about nobody in particular: an operator who asked to be left alone with all addresses. */
export const shopWideEvents: readonly ShopEvent[] = Object.freeze([
  {
    id: 'shop-domain-1',
    source: 'webshop',
    occurredAt: '2026-02-11T09:30:00Z',
    controller: CONTROLLER,
    subject: { domain: BLOCKED_DOMAIN },
    type: 'blocklist.entered',
    data: { list: 'domains' },
  },
]);

/** What somebody may be in a second system; one in twelve is. */
export const secondLives: readonly ((life: Life) => void)[] = Object.freeze([
  (life: Life) => customer(life, life.ago(20, 500)),
  (life: Life) => customer(life, life.ago(20, 500), { unsubscribed: true }),
  (life: Life) => sportReader(life, life.ago(20, 500)),
  (life: Life) => reader(life, life.ago(20, 500)),
  (life: Life) => {
    const at = life.ago(3, 300);
    const unsubscribed = { at, reason: 'NORMAL' };
    life.mailchimp(life.doubleOptIn(at - 200 * DAY_MS), { unsubscribed });
  },
  (life: Life) => life.mautic(),
]);
