import { receiveDeliveries } from '../receive-deliveries.ts';
import type { GroupHandles } from '../../shell/http.ts';

export const deliveries: GroupHandles<'deliveries'> = { receiveDeliveries };
