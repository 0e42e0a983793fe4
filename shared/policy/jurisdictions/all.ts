import * as z from 'zod';
import { Jurisdiction } from '../jurisdiction.ts';
import { austria } from './at.ts';
import { belgium } from './be.ts';
import { switzerland } from './ch.ts';
import { czechia } from './cz.ts';
import { germany } from './de.ts';
import { denmark } from './dk.ts';
import { spain } from './es.ts';
import { finland } from './fi.ts';
import { france } from './fr.ts';
import { unitedKingdom } from './gb.ts';
import { ireland } from './ie.ts';
import { italy } from './it.ts';
import { luxembourg } from './lu.ts';
import { netherlands } from './nl.ts';
import { norway } from './no.ts';
import { poland } from './pl.ts';
import { portugal } from './pt.ts';
import { sweden } from './se.ts';

/** Every version of every country's law that the gate knows, parsed once when it is loaded. */
export const jurisdictions: readonly Jurisdiction[] = Object.freeze(
  z
    .array(Jurisdiction)
    .parse([
      ...germany,
      ...austria,
      ...france,
      ...italy,
      ...spain,
      ...netherlands,
      ...belgium,
      ...poland,
      ...ireland,
      ...luxembourg,
      ...denmark,
      ...sweden,
      ...finland,
      ...czechia,
      ...portugal,
      ...norway,
      ...unitedKingdom,
      ...switzerland,
    ]),
);
