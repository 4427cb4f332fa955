// Weights for layers under test: declared, drawn, and set by hand.
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource, type Slot, SlotCollector, type WeightSource } from 'rpg-core';
import type { ForwardContext } from 'rpg-core/layers';

/** A layer with weights of its own. */
export interface BuiltLayer<L> {
  readonly layer: L;
  readonly slots: readonly Slot[];
  readonly source: WeightSource;
  readonly context: ForwardContext;
}

/** Builds layers with independent weights from a fixed seed. */
export function buildLayer<L>(declare: (slots: SlotCollector) => L): BuiltLayer<L> {
  const collector = new SlotCollector();
  const layer = declare(collector);
  const source = createWeightSource(collector.slots, { kind: 'independent' }, createRng(1));
  return { layer, slots: source.slots, source, context: { weights: source.generate(), isTraining: true } };
}

/** Sets one trainable of a source, in row-major order; a single number fills it. */
export function setWeights(source: WeightSource, name: string, values: readonly number[] | number): void {
  const variable = source.trainables.get(name);
  if (variable === undefined) throw new RangeError(`There is no trainable '${name}'.`);
  variable.assign(
    typeof values === 'number' ? tf.fill(variable.shape, values) : tf.tensor([...values], variable.shape),
  );
}

/** Numbers in the slots of the given roles, or in all that are trained. */
export function sizeOf(slots: readonly Slot[], ...roles: readonly Slot['role'][]): number {
  const isCounted = ({ role }: Slot): boolean => (roles.length === 0 ? role !== 'statistics' : roles.includes(role));
  return slots.filter(isCounted).reduce((sum, { size }) => sum + size, 0);
}
