import type { ContactKey } from './contact-key.ts';

/** Disjoint sets of contact points that belong together. */
export class Groups {
  readonly #parents = new Map<ContactKey, ContactKey>();

  #root(key: ContactKey): ContactKey {
    let root = key;
    for (let next = this.#parents.get(root); next !== undefined; next = this.#parents.get(root)) {
      root = next;
    }
    return root;
  }

  join(keys: readonly ContactKey[]): void {
    const [first, ...rest] = keys;
    if (first === undefined) return;
    for (const key of rest) {
      const root = this.#root(key);
      const target = this.#root(first);
      if (root !== target) this.#parents.set(root, target);
    }
  }

  together(left: ContactKey, right: ContactKey): boolean {
    return this.#root(left) === this.#root(right);
  }

  /** The same for all that belong together. */
  nameOf(key: ContactKey): ContactKey {
    return this.#root(key);
  }
}
