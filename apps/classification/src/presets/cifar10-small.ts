import type { Preset } from 'training-kit';
import type { ClassificationSettings } from '../config.js';

/**
 * ResNet18-RPG, width 16, ring of half the backbone, on CIFAR-10, for a laptop.
 *
 * Reproduces: no row of the paper (which trains the full width for CIFAR-100); section 5.1 at reduced scale.
 * Command: npx nx run classification:train -- --preset cifar10-small --data DIR
 * Expected: 86.7 % test accuracy at seed 1, on a JPEG copy of CIFAR-10 (docs/experiments.md, c10-s1)
 * Time: 20 minutes, 80 s an epoch, on 2 cores of an AMD EPYC (Zen 5)
 */
export const cifar10Small: Preset<ClassificationSettings> = {
  summary: 'ResNet18-RPG, width 16, half the weights, on CIFAR-10 in 15 epochs; about 20 minutes on 2 cores',
  config: { dataset: 'cifar10', width: 16, ringSize: 0.5, numEpochs: 15, valExamples: 1000 },
};
