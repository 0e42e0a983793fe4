import { showAlert as answer } from '../shell/pages/alert-answers.ts';
import type { Handle } from '../shell/http.ts';

export const showAlert: Handle<'showAlert'> = (call, gate) => answer(call, gate);
