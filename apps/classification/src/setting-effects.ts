// Which settings go unread with which others: a flag that would do nothing is refused with the reason.
import { type EffectRule, ringEffects, ringRateEffects, scheduleEffects, watchEffects } from 'training-kit';
import type { ClassificationConfig } from './config.js';

export const effects: readonly EffectRule<ClassificationConfig>[] = [
  {
    settings: ['renderedTrain', 'renderedTest'],
    unread: ({ dataset }) =>
      dataset === 'rendered' ? undefined : `dataset is ${dataset}, which has a size of its own`,
  },
  {
    settings: ['data'],
    unread: ({ dataset }) => (dataset === 'rendered' ? 'dataset is rendered, which reads no files' : undefined),
  },
  {
    settings: ['imageSize'],
    unread: ({ dataset }) =>
      dataset === 'folder' ? undefined : `dataset is ${dataset}, whose images have a size of their own`,
  },
  {
    settings: ['cropPaddingPx', 'rotationDegrees', 'cutoutPx'],
    unread: ({ dataset }) =>
      dataset === 'folder' ? 'images of a folder are augmented by random resized crop and flip alone' : undefined,
  },
  ringEffects,
  {
    settings: ['scope', 'generator'],
    unread: ({ weights }) => (weights === 'ring' ? undefined : `weights are ${weights}, so there is no ring`),
  },
  ringRateEffects,
  scheduleEffects,
  {
    settings: ['momentum', 'nesterov'],
    unread: ({ optimizer }) =>
      optimizer === 'sgd' ? undefined : `optimizer is ${optimizer}, which has no such momentum`,
  },
  watchEffects,
];
