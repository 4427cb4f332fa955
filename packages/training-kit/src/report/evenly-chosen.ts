// Chooses the cases that a report shows: evenly out of all, so that none is picked by eye.

/** At most `count` of `items`, at even distances, the first among them. */
export function evenlyChosen<Item>(items: readonly Item[], count: number): Item[] {
  const number = Math.min(count, items.length);
  return Array.from({ length: number }, (_, i) => items[Math.floor((i * items.length) / number)]!);
}
