// The part of a config that says which frames there are.
import type { AreaChoice } from './areas.js';
import type { OnBadImage } from './on-bad-image.js';

export const datasetNames = ['rendered', '2d3ds'] as const;
export type DatasetName = (typeof datasetNames)[number];

export interface DataConfig extends AreaChoice {
  readonly dataset: DatasetName;
  /** Folder of the areas, area_1/data/rgb and so on; null for the rendered set. */
  readonly folder: string | null;
  /**
   * Frames of val: cast on top of train, or held out of train's areas by whole rooms, at least so many. Not looked at
   * when `valAreas` is set.
   */
  readonly valExamples: number;
  /** Metres; what is further away counts as missing. */
  readonly maxDepth: number;
  /** Metres a step of the depth files; null for 2D-3D-S's 1/512. */
  readonly depthUnit: number | null;
  /** What the channels of the normal files are, such as right-up-backward; null for 2D-3D-S's right-down-forward. */
  readonly normalAxes: string | null;
  readonly onBadImage: OnBadImage;
  readonly renderedTrain: number;
  readonly renderedTest: number;
  /** Height and width of a rendered frame. */
  readonly renderedSizePx: number;
  /** Decides which rooms are held out, and every pixel of the rendered set. */
  readonly seed: number;
}
