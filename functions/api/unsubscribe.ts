import { leaveByLink as answer } from '../shell/pages/preference-answers.ts';
import type { Handle } from '../shell/http.ts';

export const unsubscribe: Handle<'unsubscribe'> = (call, gate) => answer(call, gate);
