import { Life } from './life.ts';
import {
  austrianTowns,
  firstNames,
  germanTowns,
  landlines,
  lastNames,
  localPart,
  mailDomains,
  mobiles,
  streets,
  type Town,
} from './names.ts';
import type { CrmRecord, Person } from './person.ts';
import { Random } from './random.ts';
import { BLOCKED_DOMAIN, secondLives, stories, type Story } from './stories.ts';

export interface SampleSize {
  readonly people: number;
  readonly seed: number;
}

/** The sample's people: the same for a seed and a number, on every machine and at any time. */
export function generatePeople(size: SampleSize): readonly Person[] {
  const random = new Random(size.seed);
  const registry = new Registry();
  const chooseStory = storyChooser(random);
  return Array.from({ length: size.people }, (_, index) =>
    person(index + 1, { random, registry, story: chooseStory() }),
  );
}

/** Addresses and numbers that are taken: a second person must not get them by accident. */
class Registry {
  readonly #addresses = new Map<string, number>();
  #landlines = 0;
  #mobiles = 0;

  address(local: string, domain: string): string {
    const taken = (this.#addresses.get(`${local}@${domain}`) ?? 0) + 1;
    this.#addresses.set(`${local}@${domain}`, taken);
    return taken === 1 ? `${local}@${domain}` : `${local}${taken}@${domain}`;
  }

  landline(): string | null {
    return landlines[this.#landlines++] ?? null;
  }

  /** Texts reach landlines too, so those serve when the few mobile numbers are used up. */
  mobile(): string | null {
    return mobiles[this.#mobiles++] ?? this.landline();
  }
}

/** Stories by their weights, found by a running total. */
function storyChooser(random: Random): () => Story {
  const total = stories.reduce((sum, story) => sum + story.weight, 0);
  const [first] = stories;
  if (first === undefined) throw new Error('invariant broken: there is a story');
  return () => {
    let rest = random.below(total);
    for (const story of stories) {
      rest -= story.weight;
      if (rest < 0) return story;
    }
    return first;
  };
}

interface Making {
  readonly random: Random;
  readonly registry: Registry;
  readonly story: Story;
}

function person(number: number, { random, registry, story }: Making): Person {
  const firstName = random.pick(firstNames);
  const lastName = random.pick(lastNames);
  const email = emailOf(`${firstName} ${lastName}`, { random, registry, story });
  const town = random.pick<Town>(story.country === 'AT' ? austrianTowns : germanTowns);
  const postal = {
    name: `${firstName} ${lastName}`,
    street: `${random.pick(streets)} ${1 + random.below(180)}`,
    postalCode: town.postalCode,
    city: town.city,
    country: story.country,
  };
  const adult = [1950 + random.below(56), 1 + random.below(12), 1 + random.below(28)];
  const life = new Life(random, {
    number,
    email,
    postal,
    birthDate: random.chance(0.3) ? adult.map(two).join('-') : null,
    takeLandline: () => registry.landline(),
    takeMobile: () => registry.mobile(),
  });
  story.write(life);
  if (random.chance(1 / 12)) secondLives[random.below(secondLives.length)]?.(life);
  const { phone, birthDate, company, events } = life;
  const records = withDuplicate(life.records, random);
  return {
    ...{ number, story: story.name, firstName, lastName, email },
    ...{ phone, postal, birthDate, company, records, events },
  };
}

function emailOf(name: string, { random, registry, story }: Making): string {
  if (story.name.includes('blocked domain')) {
    return registry.address(localPart(name), BLOCKED_DOMAIN);
  }
  const mailbox = story.name.includes('mailbox');
  const local = mailbox ? random.pick(['info', 'office', 'kontakt']) : localPart(name);
  const company = `firma-${1 + random.below(4000)}.example.com`;
  return registry.address(local, mailbox ? company : random.pick(mailDomains));
}

/** One record in fifty was entered twice: another key, the same address in other letters. */
function withDuplicate(records: readonly CrmRecord[], random: Random): readonly CrmRecord[] {
  const [first] = records;
  if (first === undefined || !random.chance(0.02)) return records;
  const uuid = first.id.replace(/^.{8}/, random.hex(8));
  const id = first.system === 'listmonk' ? uuid : `${first.id}9`;
  return [...records, { ...first, id, email: first.email.toUpperCase() }];
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
