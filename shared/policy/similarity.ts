import { remember } from '../kernel/remember.ts';

/** Whether a product that was sold is similar to the one that a campaign offers (EC-2). */
export type IsSimilar = (sold: string) => boolean;

/**
 * The controller's table decides; without an entry for the product or its first segment, the same
 * first segment is similar. Each product is looked up once.
 */
export function similarTo(
  offered: string,
  table: Readonly<Record<string, readonly string[]>>,
): IsSimilar {
  const listedOf = (category: string) =>
    Object.hasOwn(table, category) ? table[category] : undefined;
  const isSimilar: IsSimilar = (sold) => {
    const listed = listedOf(sold) ?? listedOf(firstSegment(sold));
    if (listed === undefined) return firstSegment(sold) === firstSegment(offered);
    return listed.some((similar) => offered === similar || offered.startsWith(`${similar}.`));
  };
  return remember(isSimilar);
}

function firstSegment(category: string): string {
  return category.split('.', 1)[0] ?? category;
}
