import { severityView } from '../../shared/breach/severity-view.ts';
import type { Handle } from '../shell/http.ts';

export const createSeverityPreview: Handle<'createSeverityPreview'> = async (call) => ({
  status: 200,
  body: severityView(call.body),
});
