// Files looked at several at a time, since most of it is waiting for the disk.

/**
 * What `look` finds in each item, in order. `numInHand` items are looked at together, the next ones when these were taken.
 *
 * @throws whatever `look` throws
 */
export async function* inHand<Item, Found>(
  items: readonly Item[],
  numInHand: number,
  look: (item: Item) => Promise<Found>,
): AsyncGenerator<readonly [Item, Found], void, undefined> {
  for (let first = 0; first < items.length; first += numInHand) {
    const some = items.slice(first, first + numInHand);
    const found = await Promise.all(some.map(look));
    for (const [i, item] of some.entries()) yield [item, found[i]!];
  }
}
