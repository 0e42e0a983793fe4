/** Parts of made-up people: common names of the region, streets that nobody lives in. */

export const firstNames = [
  'Anna',
  'Jürgen',
  'Sabine',
  'Lukas',
  'Käthe',
  'Björn',
  'Maria',
  'Günther',
  'Lena',
  'Sören',
  'Emma',
  'Jörg',
  'Franziska',
  'Noah',
  'Änne',
  'Tobias',
  'Zoë',
  'Matthäus',
  'Clara',
  'Özlem',
  'Felix',
  'Rösli',
  'Paul',
  'Heike',
  'Mehmet',
  'Ilse',
  'Jonas',
  'Wiebke',
  'Hannes',
  'Gerlinde',
  'Antonia',
  'Bärbel',
  'Elias',
  'Gökhan',
  'Ursula',
  'Fabian',
  'Doris',
  'Xaver',
  'Magdalena',
  'Uwe',
] as const;

export const lastNames = [
  'Müller',
  'Schmidt',
  'Schäfer',
  'Weiß',
  'Groß',
  'König',
  'Krüger',
  'Böhm',
  'Huber',
  'Wagner',
  'Größl',
  'Yıldız',
  'Vogel',
  'Strauß',
  'Jäger',
  'Öztürk',
  'Kühn',
  'Löffler',
  'Pichler',
  'Maier',
  'Hofstätter',
  'Preuß',
  'Bäcker',
  'Nowak',
  'Schöne',
  'Fuchs',
  'Röhrig',
  'Thiele',
  'Übele',
  'Zäh',
  'Lindqvist',
  'Gruber',
  'Moosbrugger',
  'Hößl',
  'Stöhr',
  'Winkler',
  'Ackermann',
  'Süß',
  'Behrens',
  'Wöhrle',
  'von der Heide',
  'Döring',
  'Eßer',
  'Kaiser',
  'Brügge',
  'Leitner',
  'Haßler',
  'Ehrlich',
] as const;

/** `Muster…` and `Beispiel…` are names of no real address book. */
export const streets = [
  'Musterstraße',
  'Beispielweg',
  'Musterallee',
  'Beispielgasse',
  'Probestr.',
  'Am Musterplatz',
  'Beispielring',
  'Musterufer',
  'Probierweg',
  'Große Beispielstraße',
] as const;

export interface Town {
  readonly postalCode: string;
  readonly city: string;
  /** Without its last three digits: a number of the Federal Network Agency's drama ranges. */
  readonly landline: string | null;
}

/** The first five have landline numbers that are set aside for films (`landlines`). */
export const germanTowns = [
  { postalCode: '10115', city: 'Berlin', landline: '+493023125' },
  { postalCode: '20095', city: 'Hamburg', landline: '+494066969' },
  { postalCode: '60311', city: 'Frankfurt am Main', landline: '+496990009' },
  { postalCode: '50667', city: 'Köln', landline: '+492214710' },
  { postalCode: '80331', city: 'München', landline: '+498999998' },
  { postalCode: '24103', city: 'Kiel', landline: null },
  { postalCode: '28195', city: 'Bremen', landline: null },
  { postalCode: '01067', city: 'Dresden', landline: null },
  { postalCode: '70173', city: 'Stuttgart', landline: null },
  { postalCode: '90402', city: 'Nürnberg', landline: null },
  { postalCode: '99084', city: 'Erfurt', landline: null },
  { postalCode: '37073', city: 'Göttingen', landline: null },
] as const satisfies readonly Town[];

export const austrianTowns = [
  { postalCode: '1010', city: 'Wien', landline: null },
  { postalCode: '8010', city: 'Graz', landline: null },
  { postalCode: '5020', city: 'Salzburg', landline: null },
  { postalCode: '9500', city: 'Villach', landline: null },
  { postalCode: '3100', city: 'St. Pölten', landline: null },
] as const satisfies readonly Town[];

/** Domains that are reserved for examples (RFC 2606) and hosts below them, one with an umlaut. */
export const mailDomains = [
  'example.org',
  'example.com',
  'example.net',
  'mail.example.org',
  'post.example.com',
  'web.example.net',
  'online.example.org',
  'familie.example.net',
  'büro.example.org',
] as const;

export const companies = [
  'Sporthaus Muster GmbH',
  'Turnverein Beispielstadt e.V.',
  'Beispiel & Söhne KG',
  'Muster Outdoor AG',
  'Physiopraxis Probe GmbH',
  'Radwerkstatt Beispiel OHG',
] as const;

export const productCategories = [
  'running.shoes',
  'running.jackets',
  'cycling.helmets',
  'hiking.boots',
  'swimming.suits',
] as const;

const mobilePrefixes = ['+4917139200', '+49176040690'] as const;
const singleMobiles = ['+4915228817386', '+4915228895456', '+4915254599371'] as const;

/**
 * Every number that the German Federal Network Agency sets aside for films and books, and no other:
 * 203 mobile and 5,000 landline numbers. Austria sets none aside, so no Austrian number is made up.
 */
export const mobiles: readonly string[] = Object.freeze([
  ...singleMobiles,
  ...mobilePrefixes.flatMap((prefix) =>
    Array.from({ length: 100 }, (_, index) => prefix + String(index).padStart(2, '0')),
  ),
]);

export const landlines: readonly string[] = Object.freeze(
  Array.from({ length: 5000 }, (_, index) => {
    const town = germanTowns[index % 5];
    return `${town?.landline ?? ''}${String(Math.floor(index / 5)).padStart(3, '0')}`;
  }),
);

const transliterations: readonly (readonly [RegExp, string])[] = [
  [/ä/g, 'ae'],
  [/ö/g, 'oe'],
  [/ü/g, 'ue'],
  [/ß/g, 'ss'],
  [/ı/g, 'i'],
];

/** The part of an address that a name becomes: `Änne von der Heide` is `aenne.von.der.heide`. */
export function localPart(name: string): string {
  let text = name.toLowerCase();
  for (const [pattern, written] of transliterations) text = text.replace(pattern, written);
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '.');
}
