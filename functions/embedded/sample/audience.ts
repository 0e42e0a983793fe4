import type { Recipient } from '../../../shared/contract/subjects.ts';
import type { Person } from './person.ts';

/** The record by which a marketing tool knows somebody: the first that a system keeps. */
function recordOf(person: Person) {
  const [record] = person.records;
  if (record === undefined) return null;
  return { id: `${record.system}:${record.id}`, email: record.email };
}

/** The address as a system keeps it, with its capitals and blanks, and for most the key too. */
export function emailsOf(people: readonly Person[]): readonly Recipient[] {
  return people.map((person) => {
    const record = recordOf(person);
    const email = record?.email ?? person.email;
    return record === null || person.number % 10 < 3
      ? { ref: refOf(person), email }
      : { ref: refOf(person), id: record.id, email };
  });
}

/** Some by their key alone, where the tool leaves the address to the gate. */
export function addressesOf(people: readonly Person[]): readonly Recipient[] {
  return emailsOf(people).map((recipient, index) =>
    recipient.id != null && index % 7 === 0 ? { ref: recipient.ref, id: recipient.id } : recipient,
  );
}

export function callsOf(people: readonly Person[]): readonly Recipient[] {
  return people.flatMap((person) => {
    const { phone } = person;
    if (phone === null) return [];
    const written = person.number % 4 === 0 ? `00${phone.slice(1)}` : phone;
    return [{ ref: refOf(person), phone: written }];
  });
}

export function lettersOf(people: readonly Person[]): readonly Recipient[] {
  return people.map((person) => ({ ref: refOf(person), postal: person.postal }));
}

/** Nobody of a company: those may be called on other terms. */
export function isConsumer(person: Person): boolean {
  return person.company === null;
}

function refOf(person: Person): string {
  return `kunde-${person.number}`;
}

/** One recipient in so many stands in the file twice, in other letters where there are letters. */
const ROWS_PER_DUPLICATE = 90;
/** One row in so many has an identifier that nobody can use. */
const ROWS_PER_INVALID = 300;

const unusable = {
  email: ['ohne-klammeraffe.example.org', 'zwei@@example.org', 'jemand@lokal'],
  phone: ['bitte nachfragen', '+49 1', '030'],
} as const;

/** The slips of a real file: people listed twice, and identifiers that are none. */
export function withSlips(
  recipients: readonly Recipient[],
  kind: 'email' | 'phone' | 'postal',
): readonly Recipient[] {
  return recipients.flatMap((recipient, index) => {
    const rows = [recipient];
    if (index % ROWS_PER_DUPLICATE === 40) rows.push(again(recipient));
    if (index % ROWS_PER_INVALID === 150 && kind !== 'postal') {
      const text = unusable[kind][Math.floor(index / ROWS_PER_INVALID) % 3] ?? unusable[kind][0];
      rows.push({ ref: `zeile-${index}`, [kind]: text });
    }
    return rows;
  });
}

function again(recipient: Recipient): Recipient {
  const { email } = recipient;
  const ref = `${recipient.ref ?? ''}-nochmal`;
  return email == null ? { ...recipient, ref } : { ...recipient, ref, email: email.toUpperCase() };
}
