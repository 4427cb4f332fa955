import type { Preset } from 'training-kit';
import type { ClassificationSettings } from '../config.js';
import { cifar10Small } from './cifar10-small.js';

/**
 * The same small network on CIFAR-100.
 *
 * Reproduces: no row of the paper; figure 4 and table 3 (CIFAR100) at reduced scale.
 * Command: npx nx run classification:train -- --preset cifar100-small --data DIR
 * Expected: 59.6 % test accuracy at seed 1 (docs/experiments.md, c100-s1)
 * Time: 20 minutes, 80 s an epoch, on 2 cores of an AMD EPYC (Zen 5)
 */
export const cifar100Small: Preset<ClassificationSettings> = {
  summary: 'ResNet18-RPG, width 16, half the weights, on CIFAR-100 in 15 epochs; about 20 minutes on 2 cores',
  config: { ...cifar10Small.config, dataset: 'cifar100' },
};
