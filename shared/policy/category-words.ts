/**
 * Whether a category such as `mental_health_score` says one of the words anywhere in its name.
 * Callers name categories freely, so what only begins like the word counts as well.
 */
export function saysAny(category: string, words: readonly string[]): boolean {
  return category.split('_').some((part) => words.some((word) => part.startsWith(word)));
}
