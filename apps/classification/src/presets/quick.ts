import type { Preset } from 'training-kit';
import type { ClassificationSettings } from '../config.js';

/**
 * The first run: ResNet18-RPG, width 16, ring of half the backbone, on the rendered shapes; no download.
 *
 * Reproduces: no table; the generator at work in minutes.
 * Command: npx nx run classification:train
 * Expected: 84 to 97 % test accuracy, by seed and processor (docs/experiments.md, quick-s1)
 * Time: on 2 cores of an AMD EPYC 3 minutes in float32 (Zen 5), 77 s in bfloat16 (Zen 4)
 */
export const quick: Preset<ClassificationSettings> = {
  summary: 'ResNet18-RPG, width 16, half the weights, on rendered shapes; minutes on 2 cores',
  config: { dataset: 'rendered', width: 16, ringSize: 0.5, numEpochs: 6 },
};
