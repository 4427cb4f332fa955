// Which settings go unread with which others: a flag that would do nothing is refused with the reason.
import {
  type EffectRule,
  momentumEffects,
  ringEffects,
  ringRateEffects,
  scheduleEffects,
  watchEffects,
} from 'training-kit';
import type { MultitaskConfig } from './config.js';

export const effects: readonly EffectRule<MultitaskConfig>[] = [
  {
    settings: [
      ...(['folder', 'fold', 'trainAreas', 'valAreas', 'testAreas'] as const),
      ...(['depthUnit', 'normalAxes', 'onBadImage'] as const),
    ],
    unread: ({ dataset }) => (dataset === 'rendered' ? 'dataset is rendered, which reads no files' : undefined),
  },
  {
    settings: ['fold'],
    unread: ({ trainAreas, testAreas }) =>
      trainAreas === null || testAreas === null ? undefined : 'trainAreas and testAreas are named',
  },
  {
    settings: ['valExamples'],
    unread: ({ valAreas }) => (valAreas === null ? undefined : 'valAreas are named'),
  },
  {
    settings: ['renderedTrain', 'renderedTest', 'renderedSizePx'],
    unread: ({ dataset }) => (dataset === 'rendered' ? undefined : `dataset is ${dataset}, which is read from files`),
  },
  ringEffects,
  ringRateEffects,
  scheduleEffects,
  momentumEffects,
  watchEffects,
];
