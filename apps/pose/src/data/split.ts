// One split of a dataset: its people, where their pixels come from, and what was left out.
import type { SkippedRecord } from './annotations/annotations.js';
import type { PersonRecord } from './annotations/person-record.js';

/** Plain data: a worker gets it as a structured clone. */
export interface Split {
  readonly people: readonly PersonRecord[];
  readonly numExamples: number;
  readonly images: ImageSource;
  /** Records that the run goes on without. */
  readonly skipped: readonly SkippedRecord[];
}

export type ImageSource =
  | {
      readonly kind: 'files';
      readonly folder: string;
      /** What becomes of an image that turns out not to decode. */
      readonly onBadImage: OnBadImage;
    }
  /** Person i is painted from the fork i of the stream, or from the fork figures[i]. */
  | {
      readonly kind: 'rendered';
      readonly sizePx: number;
      readonly rngPath: string;
      readonly figures?: readonly number[];
    };

/** The run stops, or goes on without the record and counts it. */
export type OnBadImage = 'stop' | 'skip';
