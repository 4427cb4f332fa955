import type { Preset } from 'training-kit';
import type { ClassificationSettings } from '../config.js';
import { paperRingSizes } from './paper-ring-sizes.js';

/**
 * The paper's CIFAR recipe (section 5.1): batch 128, weight decay 5e-4, learning rate 0.1, ×0.1 at epochs 60, 120 and
 * 160. The paper is silent on epochs, momentum, warm-up, augmentation and initialisation; 200, 0.9, 1 and crop, flip
 * and rotation by 15° are those of the public CIFAR-100 recipe with the same milestones (weiaicunzai/pytorch-cifar100).
 * No validation split: the paper trains on all 50,000 images.
 */
const recipe: ClassificationSettings = {
  dataset: 'cifar100',
  width: 64,
  valExamples: 0,
  rotationDegrees: 15,
  numEpochs: 200,
  batchSize: 128,
  learningRate: 0.1,
  schedule: 'steps',
  milestones: [60, 120, 160],
  gamma: 0.1,
  weightDecay: 5e-4,
};

/**
 * The rows of table 3 (CIFAR100) and of table 2, and the 8K of the text, which does not say of which depth.
 *
 * Command: nx run classification:train -- --preset NAME --data DIR
 * Time: about 200 × 391 steps of 2.5 s, 2.3 days, on 2 cores (ResNet18); meant for larger machines.
 */
export const paperCifarPresets: Readonly<Record<string, Preset<ClassificationSettings>>> = {
  'cifar100-resnet18': {
    summary: 'table 3: ResNet18, 11M (paper: 77.6 %); full recipe, days on 2 cores',
    config: { ...recipe, depth: 18, weights: 'independent' },
  },
  'cifar100-resnet34': {
    summary: 'table 3: ResNet34, 21M (paper: 79.1 %); full recipe, days on 2 cores',
    config: { ...recipe, depth: 34, weights: 'independent' },
  },
  'cifar100-resnet18-rpg-8k': {
    summary: 'section 5.1: ResNet18-RPG, 8K (paper: 36 %); full recipe, days on 2 cores',
    config: { ...recipe, depth: 18, ringSize: paperRingSizes['8k'] },
  },
  'cifar100-resnet18-rpg-45k': {
    summary: 'table 3: ResNet18-RPG, 45K (paper: 60.2 %); full recipe, days on 2 cores',
    config: { ...recipe, depth: 18, ringSize: paperRingSizes['45k'] },
  },
  'cifar100-resnet18-rpg-2m': {
    summary: 'table 3: ResNet18-RPG, 2M (paper: 75.6 %); full recipe, days on 2 cores',
    config: { ...recipe, depth: 18, ringSize: paperRingSizes['2m'] },
  },
  'cifar100-resnet34-rpg-45k': {
    summary: 'table 3: ResNet34-RPG, 45K (paper: 61.7 %); full recipe, days on 2 cores',
    config: { ...recipe, depth: 34, ringSize: paperRingSizes['45k'] },
  },
  'cifar100-resnet34-rpg-2m': {
    summary: 'table 3: ResNet34-RPG, 2M (paper: 76.5 %); full recipe, days on 2 cores',
    config: { ...recipe, depth: 34, ringSize: paperRingSizes['2m'] },
  },
  'cifar100-resnet34-rpg-11m': {
    summary: 'table 3: ResNet34-RPG, 11M (paper: 78.9 %); full recipe, days on 2 cores',
    config: { ...recipe, depth: 34, ringSize: paperRingSizes['11m'] },
  },
  'cifar100-resnet34-rpg-block-11m': {
    summary: 'table 2: ResNet34-RPG, a ring a building block, 11M (paper: 78.5 %); full recipe, days on 2 cores',
    config: { ...recipe, depth: 34, ringSize: paperRingSizes['11m'], scope: 'block' },
  },
};
