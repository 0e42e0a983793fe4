import { postEvents } from '../post-events.ts';
import type { GroupHandles } from '../../shell/http.ts';

export const facts: GroupHandles<'facts'> = { postEvents };
