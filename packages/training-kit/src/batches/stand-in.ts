// Who takes the place of an example whose image cannot be read.

/** So many of them one after the other are no accident. */
export const MAX_TRIES = 100;

/** An example and what was loaded for it. */
export interface LoadedExample<Loaded> {
  readonly example: number;
  readonly loaded: Loaded;
}

/**
 * The example at `place` of an epoch or, where that cannot be read, the first one after it that can; after the last
 * comes the first. It follows from the order and the files alone, so that a resumed run meets the same examples.
 *
 * @param shuffled all examples in the order of the epoch, as `createExampleOrder` gives it
 * @param load resolves to undefined for an example that cannot be read; what it throws goes on
 * @returns undefined when `MAX_TRIES` examples, or all there are, cannot be read
 */
export async function firstLoadable<Loaded extends object>(
  shuffled: Uint32Array,
  place: number,
  load: (example: number) => Promise<Loaded | undefined>,
): Promise<LoadedExample<Loaded> | undefined> {
  for (let tries = 0; tries < Math.min(MAX_TRIES, shuffled.length); tries++) {
    const example = shuffled[(place + tries) % shuffled.length]!;
    const loaded = await load(example);
    if (loaded !== undefined) return { example, loaded };
  }
  return undefined;
}
