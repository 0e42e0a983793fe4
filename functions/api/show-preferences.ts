import { showPreferences as answer } from '../shell/pages/preference-answers.ts';
import type { Handle } from '../shell/http.ts';

export const showPreferences: Handle<'showPreferences'> = (call, gate) => answer(call, gate);
