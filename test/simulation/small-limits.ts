import type { limits } from '../../shared/contract/limits.ts';

type Limits = typeof limits;

/** So small that a campaign of twenty rows has many parts, shards, pages and rows of progress. */
const small = {
  pageRecipients: 3,
  recipientsPerRequest: 6,
  audiencePartRows: 5,
  audienceShardRows: 8,
  pagesPerProgressRow: 2,
  resultPagesPerRead: 2,
  rowsPerRead: 4,
  changesPerBatch: 4,
  recallSearchPages: 2,
  recallSliceSeconds: 0.04,
  audienceCallSeconds: 0.2,
  parallelRecallPages: 2,
} as const;

/** For `vi.mock`: everything else stays as it is. */
export function smallLimits({ limits: all }: { readonly limits: Limits }) {
  return { limits: Object.freeze({ ...all, ...small }) };
}
