// Slow work on many items, some of them at a time, with the results in the order of the items.

/**
 * What `work` resolves to for each item, in their order. Up to `numAtOnce` items are worked on at a time, also while the
 * consumer is busy with the result before.
 *
 * @throws what `work` throws, once the results before it are taken
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  numAtOnce: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const begun: Promise<Result>[] = [];
  for (const item of items) {
    const result = work(item);
    result.catch(() => undefined); // a consumer that leaves before this one never hears of it
    begun.push(result);
    if (begun.length >= numAtOnce) yield await begun.shift()!;
  }
  for (const result of begun) yield await result;
}
