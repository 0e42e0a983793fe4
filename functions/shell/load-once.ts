/**
 * Loads at the first call and shares the result. A load that failed is not kept: the next caller
 * tries again, because a warm function would otherwise repeat one bad moment until it is replaced.
 */
export function loadOnce<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let loading: Promise<Value> | null = null;
  return () => {
    loading ??= load().catch((cause: unknown) => {
      loading = null;
      throw cause;
    });
    return loading;
  };
}
