// Keeps frames until they would take more than a given number of bytes; the longest unused go first.
import type { Frame } from '../frames/frame.js';

export interface FrameCache {
  /** Frame `example`, loaded when it is not held. A failed load is not kept. */
  get(example: number): Promise<Frame>;
  /** Bytes of the frames held. */
  readonly sizeBytes: number;
}

/** @param maxBytes a frame larger than this is never kept, 0 keeps none */
export function createFrameCache(maxBytes: number, load: (example: number) => Promise<Frame> | Frame): FrameCache {
  const held = new Map<number, Frame>(); // a Map remembers the order of insertion: oldest first
  let sizeBytes = 0;
  const keep = (example: number, frame: Frame) => {
    if (frame.sizeBytes > maxBytes) return;
    for (const [oldest, { sizeBytes: freed }] of held) {
      if (sizeBytes + frame.sizeBytes <= maxBytes) break;
      held.delete(oldest);
      sizeBytes -= freed;
    }
    held.set(example, frame);
    sizeBytes += frame.sizeBytes;
  };
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    async get(example) {
      const known = held.get(example);
      const frame = known ?? (await load(example));
      if (known === undefined) {
        keep(example, frame);
      } else {
        held.delete(example);
        held.set(example, frame); // now the youngest
      }
      return frame;
    },
  };
}
