import { reportSubject } from '../shell/flows/report-subject.ts';
import type { Handle } from '../shell/http.ts';

export const createSubjectReport: Handle<'createSubjectReport'> = (call, gate) =>
  reportSubject(gate, call);
