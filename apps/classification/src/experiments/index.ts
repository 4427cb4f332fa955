// The experiments of this app, by the name that `--name` takes.
import type { Experiment } from 'training-kit/commands';
import { corruptions } from './corruptions.js';
import { featureSimilarity } from './feature-similarity.js';
import { filtersOrthogonal } from './filters-orthogonal.js';
import { generalization } from './generalization.js';
import { localRings } from './local-rings.js';
import { nonlinearRings } from './nonlinear-rings.js';
import { permutation } from './permutation.js';
import { pruning } from './pruning.js';
import { ringRate } from './ring-rate.js';
import { ringSizes } from './ring-sizes.js';
import { ringStart } from './ring-start.js';
import { security } from './security.js';

export const experiments: Readonly<Record<string, Experiment>> = {
  'ring-sizes': ringSizes,
  'local-rings': localRings,
  permutation,
  generalization,
  corruptions,
  'ring-rate': ringRate,
  'ring-start': ringStart,
  'feature-similarity': featureSimilarity,
  'filters-orthogonal': filtersOrthogonal,
  security,
  'nonlinear-rings': nonlinearRings,
  pruning,
};
