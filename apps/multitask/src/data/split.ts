// One split of a dataset: its frames and what is read from them.
import type { FrameEncoding } from './frames/encoding.js';
import type { FrameName } from './frames/frame-files.js';
import type { OnBadImage } from './on-bad-image.js';

/** Plain data: a worker gets it as a structured clone. */
export interface Split {
  readonly numExamples: number;
  readonly frames: FrameSource;
  /** Metres; what is further away counts as missing. */
  readonly maxDepth: number;
}

/** Where files of frames lie and how they are to be read. */
export interface FrameFolder {
  readonly folder: string;
  readonly encoding: FrameEncoding;
}

export type FrameSource =
  /** Example i is `names[i]`. */
  | (FrameFolder & { readonly kind: 'files'; readonly names: readonly FrameName[]; readonly onBadImage: OnBadImage })
  | {
      readonly kind: 'rendered';
      readonly sizePx: number;
      readonly rngPath: string;
      /** Example i is cast from the fork `rooms[i]` of the stream; from the fork i where left out. */
      readonly rooms?: readonly number[];
    };
