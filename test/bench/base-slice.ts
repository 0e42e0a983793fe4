import { readStates } from '../../functions/shell/stores/ledger-store.ts';
import { keyRecipient, type AudienceKeyring } from '../../shared/campaign/audience.ts';
import {
  bucketPartition,
  CONTACT_BUCKETS,
  contactAddress,
} from '../../shared/ledger/contact-key.ts';
import type { ContactPointState } from '../../shared/ledger/contact-point-state.ts';
import { sampleGate } from './sample-gate.ts';
import { campaignOf, controller, newsletter, people } from './sample-world.ts';

/** People of the sample whose states the base repeats: enough for every kind of history. */
const PEOPLE = 1500;

/** Somebody of the base: the address that a caller has, and what the gate knows. */
export interface Contact {
  readonly email: string;
  readonly key: string;
  readonly state: ContactPointState;
}

/**
 * A true part of a base of any size: the contact points of some neighbouring buckets, and those
 * alone. Keys are hashes and pages are cut along them, so the pages of a campaign to the whole base
 * that lie in these buckets are what they would be if all others were there as well.
 */
export async function sliceOf(options: {
  /** Contact points of the whole base. */
  readonly base: number;
  readonly buckets: number;
  readonly keyring: AudienceKeyring;
}): Promise<readonly Contact[]> {
  const { base, buckets, keyring } = options;
  const models = await modelPeople();
  // The bucket that the gate looks at to learn how full they are is among them.
  const first = CONTACT_BUCKETS / 2 - Math.floor(buckets / 2);
  const wanted = new Set(
    Array.from({ length: buckets }, (_, index) => bucketPartition(controller.id, first + index)),
  );
  const contacts: Contact[] = [];
  for (let number = 0; number < base; number++) {
    const contact = contactOf(number, models, keyring);
    if (wanted.has(contactAddress(controller.id, contact.key).pk)) contacts.push(contact);
  }
  return contacts;
}

function contactOf(
  number: number,
  models: readonly ModelPerson[],
  keyring: AudienceKeyring,
): Contact {
  const model = models[number % models.length];
  if (model === undefined) throw new Error('the sample knows somebody');
  const email = addressOf(number, model);
  const keyed = keyRecipient({ email }, 'EMAIL', keyring);
  const key = keyed.valid ? keyed.row.contact : null;
  if (key === null) throw new Error(`\`${email}\` is an address`);
  return { email, key, state: model.state };
}

/** The address of one of many people who are like a model. */
export function addressOf(number: number, { host }: ModelPerson): string {
  return `person.${number}@${host}`;
}

/** What the gate knows of somebody of the sample, and the host of their address. */
export interface ModelPerson {
  readonly host: string;
  readonly state: ContactPointState;
}

/** Everybody of the sample who has an address, as the gate has stored them. */
export async function modelPeople(): Promise<readonly ModelPerson[]> {
  const some = people(PEOPLE);
  const sample = await sampleGate(some);
  try {
    const { recipients } = campaignOf(newsletter, some, sample.gate.clock.now());
    const rows = recipients.flatMap(({ email = '' }) => {
      const keyed = keyRecipient({ email }, 'EMAIL', sample.keyring);
      const host = email?.trim().split('@').at(-1) ?? '';
      return keyed.valid && keyed.row.contact !== null ? [{ key: keyed.row.contact, host }] : [];
    });
    const keys = rows.map(({ key }) => key);
    const states = await readStates(sample.gate, controller.id, keys);
    return rows.flatMap(({ key, host }) => {
      const stored = states.get(key);
      return stored === undefined ? [] : [{ host, state: stored.state }];
    });
  } finally {
    sample.close();
  }
}
