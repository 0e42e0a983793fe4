import { chunksOf } from '../ports/in-parallel.ts';

/** What tells whom an event is about. */
interface Naming {
  readonly controller: string;
  readonly named: readonly { readonly key: string }[];
}

/** Events that share a contact point, directly or through others, in the order they came. */
export function groupBySubject<Event extends Naming>(
  events: readonly Event[],
): readonly (readonly Event[])[] {
  const parents = events.map((_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    for (let next = parents[root] ?? root; next !== root; next = parents[root] ?? root) root = next;
    // What was walked once is short the next time.
    for (let at = index; at !== root;) {
      const next = parents[at] ?? root;
      parents[at] = root;
      at = next;
    }
    return root;
  };
  const first = new Map<string, number>();
  events.forEach(({ controller, named }, index) => {
    for (const { key } of named) {
      const name = `${controller}/${key}`;
      const other = first.get(name);
      if (other === undefined) first.set(name, index);
      else parents[rootOf(index)] = rootOf(other);
    }
  });
  const groups = new Map<number, Event[]>();
  events.forEach((event, index) => {
    const root = rootOf(index);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [event]);
    else group.push(event);
  });
  return [...groups.values()];
}

/** The same in pieces of at most `size` events: what one transaction can append of one subject. */
export function partsOfGroup<Event>(
  group: readonly Event[],
  size: number,
): readonly (readonly Event[])[] {
  return group.length <= size ? [group] : chunksOf(group, size);
}
