import type { Preset } from 'training-kit';
import type { ClassificationSettings } from '../config.js';

/**
 * ResNet18-RPG, width 16, ring of half the backbone, on a part of Tiny ImageNet (64 px), for a laptop.
 *
 * Reproduces: no row of the paper; the ImageNet pipeline of section 5.2 (files, random resized crop, flip) at reduced
 * scale, on 20 classes with 150 training images each or any other such folder.
 * The CIFAR stem: at 64 pixels the ImageNet stem would leave 16 × 16 for the first stage and 2 × 2 for the last.
 * Ten images of each of the 20 classes are held out to watch the run.
 * Command: nx run classification:train -- --preset tiny-imagenet-small --data DIR
 * Expected: 43.3 % on the 1,000 validation images (chance 5 %), one seed. Time: 10 minutes on 2 cores.
 */
export const tinyImagenetSmall: Preset<ClassificationSettings> = {
  summary:
    'ResNet18-RPG, width 16, half the weights, on 20 classes of Tiny ImageNet (64 px) in 30 epochs; 10 minutes on 2 cores',
  config: {
    dataset: 'folder',
    imageSize: 64,
    stem: 'cifar',
    width: 16,
    ringSize: 0.5,
    valExamples: 200,
    numEpochs: 30,
    batchSize: 64,
    learningRate: 0.05,
  },
};
