/** A supervisory authority under Art. 51 GDPR, or what stands in its place outside the EEA. */
export interface Authority {
  readonly name: string;
  /** Where it sits; left out where one authority is for the whole country. */
  readonly seat?: string;
}

/**
 * The authority that a controller of private law answers to, by ISO 3166-2 where a country has
 * several, else by ISO 3166-1 (RULES F.7). Of Bavaria's two it is the one for private bodies. Web
 * addresses are left out: they change more often than this program.
 */
const authorities: Readonly<Record<string, Authority>> = Object.freeze({
  'DE-BW': { name: 'LfDI Baden-Württemberg', seat: 'Stuttgart' },
  'DE-BY': { name: 'Bayerisches Landesamt für Datenschutzaufsicht (BayLDA)', seat: 'Ansbach' },
  'DE-BE': {
    name: 'Berliner Beauftragte für Datenschutz und Informationsfreiheit (BlnBDI)',
    seat: 'Berlin',
  },
  'DE-BB': { name: 'LDA Brandenburg', seat: 'Kleinmachnow' },
  'DE-HB': { name: 'LfDI Bremen', seat: 'Bremerhaven' },
  'DE-HH': { name: 'HmbBfDI', seat: 'Hamburg' },
  'DE-HE': { name: 'HBDI', seat: 'Wiesbaden' },
  'DE-MV': { name: 'LfDI Mecklenburg-Vorpommern', seat: 'Schwerin' },
  'DE-NI': { name: 'LfD Niedersachsen', seat: 'Hannover' },
  'DE-NW': { name: 'LDI NRW', seat: 'Düsseldorf' },
  'DE-RP': { name: 'LfDI Rheinland-Pfalz', seat: 'Mainz' },
  'DE-SL': { name: 'Unabhängiges Datenschutzzentrum Saarland', seat: 'Saarbrücken' },
  'DE-SN': {
    name: 'Sächsische Datenschutz- und Transparenzbeauftragte (SDTB)',
    seat: 'Dresden',
  },
  'DE-ST': { name: 'LfD Sachsen-Anhalt', seat: 'Magdeburg' },
  'DE-SH': { name: 'ULD Schleswig-Holstein', seat: 'Kiel' },
  'DE-TH': { name: 'TLfDI', seat: 'Erfurt' },
  AT: { name: 'Datenschutzbehörde (DSB)' },
  BE: { name: 'APD/GBA' },
  BG: { name: 'CPDP (КЗЛД)' },
  CH: { name: 'EDÖB / FDPIC' },
  CY: { name: 'Commissioner for Personal Data Protection' },
  CZ: { name: 'ÚOOÚ' },
  DK: { name: 'Datatilsynet' },
  EE: { name: 'Andmekaitse Inspektsioon' },
  ES: { name: 'AEPD' },
  FI: { name: 'Tietosuojavaltuutettu' },
  FR: { name: 'CNIL' },
  GB: { name: 'ICO' },
  GR: { name: 'HDPA' },
  HR: { name: 'AZOP' },
  HU: { name: 'NAIH' },
  IE: { name: 'DPC' },
  IS: { name: 'Persónuvernd' },
  IT: { name: 'Garante' },
  LI: { name: 'Datenschutzstelle' },
  LT: { name: 'VDAI' },
  LU: { name: 'CNPD' },
  LV: { name: 'DVI' },
  MT: { name: 'IDPC' },
  NL: { name: 'Autoriteit Persoonsgegevens' },
  NO: { name: 'Datatilsynet' },
  PL: { name: 'UODO' },
  PT: { name: 'CNPD' },
  RO: { name: 'ANSPDCP' },
  SE: { name: 'IMY' },
  SI: { name: 'Informacijski pooblaščenec' },
  SK: { name: 'ÚOOÚ SR' },
});

/** An ISO 3166-2 code begins with the ISO 3166-1 code of its country. */
export function regionIsIn(country: string, region: string): boolean {
  return region.startsWith(`${country}-`);
}

/**
 * The authority at an establishment; null where the table has none, and for Germany without a
 * Land, where nobody can tell which of sixteen is meant.
 */
export function authorityAt(establishment: {
  readonly country: string;
  readonly region?: string | null | undefined;
}): Authority | null {
  const { country, region } = establishment;
  const regional = region == null || !regionIsIn(country, region) ? null : authorities[region];
  return regional ?? authorities[country] ?? null;
}

/**
 * All that may be competent: of a country with several authorities, where no region is given, each
 * of them. § 40(2) BDSG names the one of the Land in which the main establishment lies.
 */
export function authorityCandidates(establishment: {
  readonly country: string;
  readonly region?: string | null | undefined;
}): readonly Authority[] {
  const known = authorityAt(establishment);
  if (known !== null) return [known];
  const prefix = `${establishment.country}-`;
  return Object.entries(authorities).flatMap(([place, each]) =>
    place.startsWith(prefix) ? [each] : [],
  );
}
