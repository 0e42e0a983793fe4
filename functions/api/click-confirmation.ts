import { clickConfirmation as answer } from '../shell/pages/confirmation-answers.ts';
import type { Handle } from '../shell/http.ts';

export const clickConfirmation: Handle<'clickConfirmation'> = (call, gate) => answer(call, gate);
