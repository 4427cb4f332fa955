// How the people of each dataset are cropped and coloured. Apart from reading the data, since a trained network needs
// the same for photographs that belong to no dataset.
import type { DatasetName } from '../dataset-names.js';
import { renderedNormalization } from '../rendered.js';
import type { BoxRuleName } from './crop.js';
import { type Normalization, unitRange } from './normalization.js';

/** What a crop of a dataset is like. */
export interface CropConvention {
  readonly normalization: Normalization;
  /** How this set's centers and scales are meant to be cropped. */
  readonly boxRule: BoxRuleName;
}

export const cropConventions = {
  rendered: { normalization: renderedNormalization, boxRule: 'enlarged' },
  mpii: { normalization: unitRange, boxRule: 'mpii' },
} as const satisfies Record<DatasetName, CropConvention>;
