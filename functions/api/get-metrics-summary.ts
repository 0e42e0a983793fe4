import { metricsSummary } from '../shell/flows/metrics-summary.ts';
import type { Handle } from '../shell/http.ts';

export const getMetricsSummary: Handle<'getMetricsSummary'> = async (call, gate) => ({
  status: 200,
  body: await metricsSummary(gate, call),
});
