import * as z from 'zod';
import { limits } from '../limits.ts';

/* What many routes take: an identifier in the path, a page of a list. */

export const Id = z.strictObject({ id: z.string().min(1).max(80) });
export const Limit = z.coerce.number().int().min(1).max(limits.listLimitMax).optional();
export const Cursor = z.string().min(1).max(1024).optional();
export const ListQuery = z.strictObject({ limit: Limit, cursor: Cursor });
