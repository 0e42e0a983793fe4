/** Programmer errors only: a broken invariant stops the work rather than producing an answer. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}

/** Ends every switch: a value that the type says cannot exist must never become a permission. */
export function unreachable(value: never): never {
  throw new Error(`invariant broken: unreachable value \`${String(value)}\``);
}
