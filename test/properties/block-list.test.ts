import { describe } from 'vitest';
import { gatherFacts } from '../../functions/shell/flows/gather-facts.ts';
import { keyRecipient } from '../../shared/campaign/audience.ts';
import type { Recipient } from '../../shared/contract/subjects.ts';
import type { Channel } from '../../shared/contract/vocabulary.ts';
import { foldSubject } from '../../shared/ledger/fold.ts';
import { codesOf } from '../../shared/policy/decide.ts';
import type { NamedIdentifiers } from '../../shared/ledger/identifier.ts';
import { Genes } from '../support/genome.ts';
import { rulingOn } from '../support/judged.ts';
import { itHolds, type Trial } from '../support/property-runs.ts';
import { prepare, settingOf, type Prepared } from '../support/random-campaigns.ts';
import { eventOf } from '../support/random-facts.ts';
import { keyring, namedBy } from '../support/random-identities.ts';

/*
 * From the spelling of an identifier to the reason that the gate gives: a block is entered under
 * one spelling and asked for under another, through keys, fold and rules.
 */

const letters = [...'aeinrstoäöüéèñçøåłčžαβλωσжи'];
const hosts = ['example.org', 'shop.example.org', 'bücher.example', 'παράδειγμα.example'] as const;

/** Somebody, and somebody else who differs in one letter or digit. */
interface Named {
  readonly channel: Channel;
  readonly own: NamedIdentifiers & Recipient;
  readonly other: NamedIdentifiers & Recipient;
  readonly respell: (genes: Genes) => NamedIdentifiers & Recipient;
}

function word(genes: Genes, least: number, most: number): string {
  const length = least + genes.below(most - least + 1);
  return Array.from({ length }, () => letters[genes.below(letters.length)] ?? 'a').join('');
}

function blanks(genes: Genes): string {
  return genes.of(['', ' ', '\t', '  ', '\u00a0', '\r\n']);
}

/** Capitals here and there, and another Unicode form: what is compared is the same text. */
function spelled(genes: Genes, text: string): string {
  const capitals = genes.of([0, 50, 100]);
  const loud = [...text].map((letter) => (genes.happens(capitals) ? capital(letter) : letter));
  return loud.join('').normalize(genes.of(['NFC', 'NFD']));
}

/** Its capital, where there is one that leads back. */
function capital(letter: string): string {
  const upper = letter.toUpperCase();
  return upper.toLowerCase() === letter ? upper : letter;
}

function anEmail(genes: Genes): Named {
  const host = genes.of(hosts);
  const local = word(genes, 1, 12) + (genes.happens(50) ? `.${word(genes, 1, 6)}` : '');
  const own = `${local}@${host}`;
  const ascii = { 'bücher.example': 'xn--bcher-kva.example' };
  return {
    channel: genes.of(['EMAIL', 'INBOX_AD']),
    own: { email: own },
    other: { email: `x${own}` },
    respell: (draw) => {
      const written = draw.happens(50) && host === 'bücher.example' ? ascii[host] : host;
      const address = `${spelled(draw, local)}@${spelled(draw, written)}`;
      return { email: `${blanks(draw)}${address}${blanks(draw)}` };
    },
  };
}

const numbers: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ['49', '3023125'],
  ['44', '20794601'],
  ['33', '1990012'],
  ['41', '4466818'],
  ['43', '1234567'],
];

function aPhone(genes: Genes): Named {
  const [country, start] = genes.of(numbers);
  const digits = `${start}${String(genes.below(100)).padStart(2, '0')}`;
  const last = Number(digits.at(-1));
  return {
    channel: genes.of(['SMS', 'PHONE_HUMAN', 'MMS', 'MESSENGER', 'PHONE_AUTO', 'FAX']),
    own: { phone: `+${country}${digits}` },
    other: { phone: `+${country}${digits.slice(0, -1)}${(last + 1) % 10}` },
    respell: (draw) => {
      const gap = () => draw.of(['', '', ' ', '-', '.', '/', ' - ', '\u00a0']);
      const grouped = [...digits].map((digit) => digit + gap()).join('');
      const area = draw.happens(30) ? `(${grouped.slice(0, 1)})${grouped.slice(1)}` : grouped;
      const prefix = draw.of(['+', '00']);
      return { phone: `${blanks(draw)}${prefix}${country} ${area}${blanks(draw)}`.slice(0, 40) };
    },
  };
}

function anAddress(genes: Genes): Named {
  const name = `${word(genes, 2, 8)} ${word(genes, 2, 8)}`;
  const place = word(genes, 3, 9);
  const stem = word(genes, 3, 8);
  const house = String(1 + genes.below(200));
  const own = {
    name,
    street: `${stem}straße ${house}`,
    postalCode: '10115',
    city: place,
    country: 'DE',
  };
  return {
    channel: 'POST',
    own: { postal: own },
    other: { postal: { ...own, street: `${stem}straße ${house}1` } },
    respell: (draw) => {
      const ending = draw.of(streets);
      const street = `${spelled(draw, stem)}${ending}${draw.of([' ', '  '])}${house}`;
      return {
        postal: {
          name: `${padded(draw)}${spelled(draw, name).replace(' ', draw.of([' ', '  ']))}`,
          street: `${street}${padded(draw)}`,
          postalCode: draw.of(['10115', ' 10115', '101 15']),
          city: `${spelled(draw, place)}${draw.of(['', ' ', '.'])}`,
          country: 'DE',
        },
      };
    },
  };
}

const streets: readonly [string, ...string[]] = [
  'straße',
  ...['strasse', 'str.', 'STRASSE', 'Straße', ' Str.', '-Straße'],
];

/** Blanks that a line may have, control characters excluded. */
function padded(genes: Genes): string {
  return genes.of(['', ' ', '  ', '\u00a0']);
}

/** The caller's own key is compared as given: another spelling is another key (API). */
function anId(genes: Genes): Named {
  const id = `crm-${word(genes, 1, 8)}-é`;
  const other = genes.of([id.toUpperCase(), ` ${id}`, `${id} `, id.normalize('NFD')]);
  return {
    channel: genes.of(['INAPP', 'PUSH_APP', 'SOCIAL_DM', 'CUSTOM_AUDIENCE', 'PUSH_WEB']),
    own: { id },
    other: { id: other },
    respell: () => ({ id }),
  };
}

/** A whole domain that is blocked: its addresses and those of its hosts, but no other domain. */
function aDomain(genes: Genes): Named & { readonly block: NamedIdentifiers } {
  const host = genes.of(hosts);
  const local = word(genes, 1, 8);
  const dotted = genes.of(['', '.']);
  const at = genes.of(['', '@']);
  return {
    channel: genes.of(['EMAIL', 'INBOX_AD']),
    block: { domain: `${at}${spelled(genes, host)}${dotted}` },
    own: { email: `${local}@${host}` },
    other: { email: `${local}@not-${host}` },
    respell: (draw) => {
      const below = draw.of(['', 'mail.', 'a.b.']);
      return { email: `${spelled(draw, local)}@${spelled(draw, `${below}${host}`)}` };
    },
  };
}

async function isBlocked(
  blocked: NamedIdentifiers,
  { channel }: Named,
  recipient: Recipient,
  prepared: Prepared,
): Promise<boolean> {
  const at = prepared.setting.instant - 1;
  const said = { type: 'blocklist.entered', data: { list: 'advertising' } } as const;
  const states = foldSubject([eventOf(said, at, namedBy(blocked), 0)], {
    anchors: [],
    keyVersion: 1,
  });
  const keyed = keyRecipient(recipient, channel, keyring);
  if (!keyed.valid) throw new Error(`no identifier: ${JSON.stringify(recipient)}`);
  const read = (keys: readonly string[]) =>
    Promise.resolve(new Map([...states].filter(([key]) => keys.includes(key))));
  const [facts] = await gatherFacts(read, channel, [keyed.row]);
  if (facts === undefined) throw new Error('one row has its facts');
  return codesOf(rulingOn(facts, prepared)).some(({ code }) => code === 'D_BLOCKLIST_INTERNAL');
}

const kinds = [anEmail, anEmail, aPhone, aPhone, anAddress, anAddress, anId, aDomain] as const;

/** Advertising that nothing rejects as a whole, on the channel of the identifier. */
function campaignOn(setting: Genes): (channel: Channel) => Prepared {
  const { parameters, ...plain } = settingOf(new Genes([]));
  const { country, timeZone, instant } = settingOf(setting);
  const known = new Map<Channel, Prepared>();
  return (channel) => {
    const campaign = { ...plain.campaign, channel, platform: 'linkedin' };
    const found =
      known.get(channel) ?? prepare({ ...plain, campaign, parameters, country, timeZone, instant });
    known.set(channel, found);
    return found;
  };
}

describe('metamorphic properties (RULES G)', () => {
  itHolds('8: case, blanks and Unicode form do not change a hit on the block list', {
    setUp: campaignOn,
    shares: { allowedBefore: 0, deniedBefore: 0, told: 0.5 },
    hold: async (preparedFor, genome): Promise<Trial> => {
      const genes = new Genes([...genome.person, ...genome.change]);
      const named = genes.of<(genes: Genes) => Named & { readonly block?: NamedIdentifiers }>([
        ...kinds,
      ])(genes);
      const prepared = preparedFor(named.channel);
      const blocked = named.block ?? named.respell(genes);
      const asked = named.respell(genes);
      const seen = JSON.stringify({ blocked, asked, other: named.other });
      if (!(await isBlocked(blocked, named, asked, prepared))) {
        throw new Error(`another spelling is not blocked: ${seen}`);
      }
      if (!(await isBlocked(blocked, named, named.own, prepared))) {
        throw new Error(`the plain spelling is not blocked: ${seen}`);
      }
      if (await isBlocked(blocked, named, named.other, prepared)) {
        throw new Error(`somebody else is blocked: ${seen}`);
      }
      const told = JSON.stringify(asked) !== JSON.stringify(blocked);
      return { allowedBefore: false, allowedAfter: false, told };
    },
  });
});
