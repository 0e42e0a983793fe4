import type { GroupHandles } from '../../shell/http.ts';
import { createClockPreview } from '../create-clock-preview.ts';
import { createSeverityPreview } from '../create-severity-preview.ts';

export const breaches: GroupHandles<'breaches'> = { createClockPreview, createSeverityPreview };
