import type { StoredImport, VersionedImport } from '../stores/import-store.ts';
import { endWrites, importWrite } from '../stores/import-store.ts';
import { Held, takeLease, type Holding } from '../lease.ts';

export { LeaseLost } from '../lease.ts';

/** An import in the hands of one worker. */
export class HeldImport extends Held<StoredImport> {
  private constructor(gate: Holding, held: VersionedImport) {
    super(gate, held, importWrite);
  }

  /** Takes an import that nobody holds; null when somebody else was faster. */
  static async take(
    gate: Holding & Parameters<typeof takeLease>[0],
    found: VersionedImport,
  ): Promise<HeldImport | null> {
    const value = await takeLease(gate, found, importWrite);
    return value === null ? null : new HeldImport(gate, value);
  }

  async end(change: Partial<StoredImport>): Promise<void> {
    await this.commit((before, value) => endWrites(before, value), { ...change, lease: null });
  }
}
