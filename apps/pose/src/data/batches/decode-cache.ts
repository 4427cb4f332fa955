import type { DecodedImage } from 'training-kit/images';
// Keeps decoded images until they would take more than a given number of bytes; the longest unused go first.

export interface DecodeCache {
  /** The image under `key`, loaded when it is not held. A failed load is not kept. */
  get(key: number, load: () => Promise<DecodedImage>): Promise<DecodedImage>;
  /** Bytes of the pixels held. */
  readonly sizeBytes: number;
}

/** @param maxBytes of pixels; an image larger than this is never kept, 0 keeps none */
export function createDecodeCache(maxBytes: number): DecodeCache {
  const held = new Map<number, DecodedImage>(); // a Map remembers the order of insertion: oldest first
  let sizeBytes = 0;
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    async get(key, load) {
      const known = held.get(key);
      if (known !== undefined) {
        held.delete(key);
        held.set(key, known);
        return known;
      }
      const image = await load();
      const bytes = image.pixels.byteLength;
      if (bytes > maxBytes || held.has(key)) return image;
      for (const [oldest, { pixels }] of held) {
        if (sizeBytes + bytes <= maxBytes) break;
        held.delete(oldest);
        sizeBytes -= pixels.byteLength;
      }
      held.set(key, image);
      sizeBytes += bytes;
      return image;
    },
  };
}
