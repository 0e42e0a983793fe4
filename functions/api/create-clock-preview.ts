import { previewClock } from '../../shared/breach/clock-view.ts';
import type { Handle } from '../shell/http.ts';

export const createClockPreview: Handle<'createClockPreview'> = async (call) => ({
  status: 200,
  body: previewClock(call.body, call.now),
});
