import { publicHolidays as at } from '../policy/holidays/at.ts';
import { publicHolidays as be } from '../policy/holidays/be.ts';
import { publicHolidays as ch } from '../policy/holidays/ch.ts';
import { publicHolidays as cz } from '../policy/holidays/cz.ts';
import { publicHolidays as de } from '../policy/holidays/de.ts';
import { publicHolidays as dk } from '../policy/holidays/dk.ts';
import { publicHolidays as es } from '../policy/holidays/es.ts';
import { publicHolidays as fi } from '../policy/holidays/fi.ts';
import { publicHolidays as fr } from '../policy/holidays/fr.ts';
import { publicHolidays as gb } from '../policy/holidays/gb.ts';
import { publicHolidays as ie } from '../policy/holidays/ie.ts';
import { publicHolidays as it } from '../policy/holidays/it.ts';
import { publicHolidays as lu } from '../policy/holidays/lu.ts';
import { publicHolidays as nl } from '../policy/holidays/nl.ts';
import { publicHolidays as no } from '../policy/holidays/no.ts';
import { publicHolidays as pl } from '../policy/holidays/pl.ts';
import { publicHolidays as pt } from '../policy/holidays/pt.ts';
import { publicHolidays as se } from '../policy/holidays/se.ts';
import type { IsHoliday } from './periods.ts';

type Table = Readonly<Record<string, string>>;

const tables: Readonly<Record<string, Table>> = Object.freeze({
  ...{ AT: at, BE: be, CH: ch, CZ: cz, DE: de, DK: dk, ES: es, FI: fi, FR: fr },
  ...{ GB: gb, IE: ie, IT: it, LU: lu, NL: nl, NO: no, PL: pl, PT: pt, SE: se },
});

/**
 * The nation-wide holidays of a country. Where no table says so, a day is none: a deadline that
 * does not move is the earlier one.
 */
export function holidaysOf(country: string): IsHoliday {
  const table = tables[country] ?? {};
  return (date) => {
    const [year = '', ...monthAndDay] = date.split('-');
    return (table[year] ?? '').split(' ').includes(monthAndDay.join('-'));
  };
}
