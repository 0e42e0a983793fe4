import { showAlert as answer } from '../shell/pages/alert-answers.ts';
import type { Handle } from '../shell/http.ts';

export const peekAlert: Handle<'peekAlert'> = (call, gate) => answer(call, gate);
