// Which settings go unread with which others: a flag that would do nothing is refused with the reason.
import {
  type EffectRule,
  momentumEffects,
  ringEffects,
  ringRateEffects,
  scheduleEffects,
  unreadBecause,
  watchEffects,
} from 'training-kit';
import { commonSettings, type ComparisonConfig, memberConfig } from './comparison/config.js';
import type { DeqConfig } from './config.js';

export const effects: readonly EffectRule<DeqConfig>[] = [
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
    settings: ['numBlocks', 'weights', 'ringSize', 'sampling', 'reflect', 'ringStart', 'ringRate'],
    unread: ({ network }) =>
      network === 'mdeq' ? 'network is mdeq, which has one block with weights of its own' : undefined,
  },
  ringEffects,
  ringRateEffects,
  {
    settings: [
      ...(['solver', 'forwardSteps', 'backwardSteps', 'tolerance', 'differentiation', 'onUnsolved'] as const),
      ...(['phantomSteps', 'phantomDamping', 'pretrainSteps', 'numUnrolled'] as const),
    ],
    unread: ({ network }) => (network === 'rpg' ? 'network is rpg, which looks for no fixed point' : undefined),
  },
  {
    settings: ['backwardSteps'],
    unread: ({ differentiation }) =>
      differentiation === 'implicit'
        ? undefined
        : `differentiation is ${differentiation}, which searches nothing in the backward pass`,
  },
  {
    settings: ['phantomSteps', 'phantomDamping'],
    unread: ({ differentiation }) =>
      differentiation === 'phantom' ? undefined : `differentiation is ${differentiation}, which has no phantom steps`,
  },
  {
    settings: ['pretrainSteps'],
    unread: ({ differentiation }) =>
      differentiation === 'unrolled' ? 'differentiation is unrolled, in all steps' : undefined,
  },
  {
    settings: ['numUnrolled'],
    unread: ({ differentiation, pretrainSteps }) =>
      differentiation === 'unrolled' || pretrainSteps > 0
        ? undefined
        : `differentiation is ${differentiation} and pretrainSteps is 0, so nothing is unrolled`,
  },
  scheduleEffects,
  momentumEffects,
  watchEffects,
];

/** The same for a comparison: a setting goes unread where no member reads it. */
export const comparisonEffects: readonly EffectRule<ComparisonConfig>[] = [
  {
    settings: ['blocksLearningRate'],
    unread: ({ members }) => (members.every((name) => name === 'mdeq') ? 'no member has repeated blocks' : undefined),
  },
  ...commonSettings.map((key): EffectRule<ComparisonConfig> => ({
    settings: [key],
    unread: (config) => {
      const reasons = config.members.map((name) => unreadBecause(key, memberConfig(config, name), effects));
      return reasons.includes(undefined) ? undefined : reasons[0];
    },
  })),
];
