import * as z from 'zod';
import { Jurisdiction } from '../jurisdiction.ts';
import { austria } from './at.ts';
import { germany } from './de.ts';

/** Every version of every country's law that the gate knows, parsed once when it is loaded. */
export const jurisdictions: readonly Jurisdiction[] = Object.freeze(
  z.array(Jurisdiction).parse([...germany, ...austria]),
);
