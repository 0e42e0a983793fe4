/** The same function, computed once for each argument; for arguments of which there are few. */
export function remember<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const computed = compute(key);
    known.set(key, computed);
    return computed;
  };
}

/**
 * The same for arguments of which there may be any number, but a few that come again and again:
 * beyond `most` of them all are forgotten.
 */
export function rememberSome<Key, Value>(
  most: number,
  compute: (key: Key) => Value,
): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const computed = compute(key);
    if (known.size >= most) known.clear();
    known.set(key, computed);
    return computed;
  };
}
