// Counts the weights that the network's blocks use, without making any.
import { resnet } from 'rpg-core/resnet';
import { NUM_CLASSES } from './workers/workload.js';

/** M of ResNet18 of this width. */
export function numGeneratedOf(width: number): number {
  const { slots } = resnet({ depth: 18, width, numClasses: NUM_CLASSES, stem: 'cifar' });
  return slots.filter(({ role }) => role === 'backbone').reduce((sum, { size }) => sum + size, 0);
}
