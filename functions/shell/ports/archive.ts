/**
 * Files that are written once and kept: no lifecycle deletes them, and nothing here can. For what
 * is evidence and holds no personal data; everything else goes through the files port.
 */
export interface Archive {
  /** Whole or not at all. A name that is taken keeps what it holds, and that is no error. */
  keep(name: string, content: Uint8Array): Promise<void>;
}
