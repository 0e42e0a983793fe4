import { clickAlert as answer } from '../shell/pages/alert-answers.ts';
import type { Handle } from '../shell/http.ts';

export const clickAlert: Handle<'clickAlert'> = (call, gate) => answer(call, gate);
