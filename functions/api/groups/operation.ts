import { putController } from '../put-controller.ts';
import { getController } from '../get-controller.ts';
import { getHealth } from '../get-health.ts';
import { getOpenApi } from '../get-open-api.ts';
import type { GroupHandles } from '../../shell/http.ts';

export const operation: GroupHandles<'operation'> = {
  putController,
  getController,
  getHealth,
  getOpenApi,
};
