/**
 * A store, queue or file service did not do what was asked within the bounded retries. What was to
 * be read is not read, what was to be written is not known to be written: never an empty answer,
 * never a permission. Worth trying again later (503).
 */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}
