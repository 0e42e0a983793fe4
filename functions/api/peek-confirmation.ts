import { showConfirmation as answer } from '../shell/pages/confirmation-answers.ts';
import type { Handle } from '../shell/http.ts';

export const peekConfirmation: Handle<'peekConfirmation'> = (call, gate) => answer(call, gate);
