// Which settings go unread with which others: a flag that would do nothing is refused with the reason.
import { type EffectRule, ringEffects, ringRateEffects, scheduleEffects, watchEffects } from 'training-kit';
import type { PoseConfig } from './config.js';

export const effects: readonly EffectRule<PoseConfig>[] = [
  {
    settings: ['images', 'annotations', 'valAnnotations', 'firstPixel', 'onBadImage'],
    unread: ({ dataset }) => (dataset === 'rendered' ? 'dataset is rendered, which reads no files' : undefined),
  },
  {
    settings: ['renderedTrain', 'renderedTest', 'renderedSizePx'],
    unread: ({ dataset }) => (dataset === 'rendered' ? undefined : `dataset is ${dataset}, which is read from files`),
  },
  {
    settings: ['valExamples'],
    unread: ({ valAnnotations }) => (valAnnotations === null ? undefined : 'valAnnotations says who is in val'),
  },
  ringEffects,
  ringRateEffects,
  scheduleEffects,
  watchEffects,
];
