// The part of a config that the network follows from.
import type { Rng, WeightSource } from 'rpg-core';
import { createWeights } from 'training-kit';
import { anderson } from '../solvers/anderson.js';
import { broyden } from '../solvers/broyden.js';
import type { SearchSettings } from '../solvers/equilibrium.js';
import type { FixedPointSolver } from '../solvers/solver.js';
import type { BackboneOptions } from './block-options.js';
import { type EquilibriumSettings, mdeq } from './mdeq.js';
import type { CompareNetwork } from './network.js';
import { repeatedBlock } from './repeated-block.js';
import { type WeightSettings, weightSourceConfig } from './weights.js';

export const solverNames = ['broyden', 'anderson'] as const;
export const differentiations = ['implicit', 'phantom', 'unrolled'] as const;

export interface SolverSettings {
  readonly solver: (typeof solverNames)[number];
  readonly forwardSteps: number;
  readonly backwardSteps: number;
  readonly tolerance: number;
  /** `unrolled`: training never searches, evaluation does. */
  readonly differentiation: (typeof differentiations)[number];
  readonly phantomSteps: number;
  readonly phantomDamping: number;
  readonly pretrainSteps: number;
  readonly numUnrolled: number;
}

export interface NetworkSettings extends BackboneOptions, SolverSettings {
  readonly network: 'mdeq' | 'rpg';
  readonly numBlocks: number;
}

/** The network of a config; it declares its slots and owns no weights. @throws RangeError for sizes that give none */
export function buildNetwork(settings: NetworkSettings, numClasses: number): CompareNetwork {
  switch (settings.network) {
    case 'mdeq':
      return mdeq({ ...settings, numClasses, equilibrium: equilibriumSettings(settings) });
    case 'rpg':
      return repeatedBlock({ ...settings, numClasses });
    default:
      throw new RangeError(`Unknown network ${String(settings.network satisfies never)}.`);
  }
}

/** The weights of `buildNetwork`'s network; the caller disposes them. */
export function buildWeights(
  { slots }: CompareNetwork,
  settings: Pick<NetworkSettings, 'network'> & WeightSettings,
  rng: Rng,
): WeightSource {
  const ofBlocks: WeightSettings = settings.network === 'mdeq' ? { weights: 'independent' } : settings;
  return createWeights(slots, weightSourceConfig(slots, ofBlocks), rng);
}

function equilibriumSettings(settings: SolverSettings): EquilibriumSettings {
  const { differentiation, numUnrolled } = settings;
  const search = (maxSteps: number): SearchSettings => ({
    solver: solverOf(settings.solver),
    limits: { maxSteps, tolerance: settings.tolerance },
  });
  return {
    forward: search(settings.forwardSteps),
    differentiation:
      differentiation === 'phantom'
        ? { kind: 'phantom', numSteps: settings.phantomSteps, damping: settings.phantomDamping }
        : { kind: 'implicit', backward: search(settings.backwardSteps) },
    pretrainSteps: differentiation === 'unrolled' ? Infinity : settings.pretrainSteps,
    numUnrolled,
  };
}

function solverOf(name: SolverSettings['solver']): FixedPointSolver {
  switch (name) {
    case 'broyden':
      return broyden();
    case 'anderson':
      return anderson();
    default:
      throw new RangeError(`Unknown solver ${String(name satisfies never)}.`);
  }
}
