import type { GroupHandles } from '../../shell/http.ts';
import { deleteWebhook } from '../delete-webhook.ts';
import { listWebhooks } from '../list-webhooks.ts';
import { putWebhook } from '../put-webhook.ts';
import { redeliverWebhook } from '../redeliver-webhook.ts';

export const webhooks: GroupHandles<'webhooks'> = {
  listWebhooks,
  putWebhook,
  deleteWebhook,
  redeliverWebhook,
};
