// One split of a dataset: its frames and what is read from them.
import type { FrameName } from './frame-files.js';

/** Plain data: a worker gets it as a structured clone. */
export interface Split {
  readonly numExamples: number;
  readonly frames: FrameSource;
  /** Metres; what is further away counts as missing. */
  readonly maxDepth: number;
}

export type FrameSource =
  /** Example i is `names[i]`. */
  | { readonly kind: 'files'; readonly folder: string; readonly names: readonly FrameName[] }
  | {
      readonly kind: 'rendered';
      readonly sizePx: number;
      readonly rngPath: string;
      /** Example i is cast from the fork `rooms[i]` of the stream; from the fork i where left out. */
      readonly rooms?: readonly number[];
    };
