// Limits how many weights are made while a model is built from a file: a file of a few bytes may ask for a dense layer of a
// billion units.
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

type AddWeight = (name: string, shape: tfl.Shape, ...rest: unknown[]) => tfl.LayerVariable;

/** Numbers that may still be asked for; undefined when there is no limit. */
let left: number | undefined;

/**
 * Runs `build`, in which no layer may ask for weights once `budget` numbers are used up. All stock layers make their
 * weights through the method that is guarded here for the time of the call, which must not be asynchronous.
 *
 * @throws RangeError naming the layer, before anything is allocated
 */
export function withWeightBudget<Result>(budget: number, build: () => Result): Result {
  const prototype = tfl.layers.Layer.prototype as unknown as { name: string; addWeight: AddWeight };
  const addWeight = prototype.addWeight;
  left = budget;
  prototype.addWeight = function (name, shape, ...rest) {
    reserveWeights(this.name, name, shape);
    return addWeight.call(this, name, shape, ...rest);
  };
  try {
    return build();
  } finally {
    prototype.addWeight = addWeight;
    left = undefined;
  }
}

/** Takes a weight's numbers off the budget, if there is one. For layers that make variables of their own kind. */
export function reserveWeights(layerName: string, name: string, shape: tfl.Shape): void {
  if (left === undefined) return;
  left -= tf.util.sizeFromShape(shape.map(Number));
  // Written so that it also holds for NaN, from a size that is no number.
  if (!(left >= 0)) {
    throw new RangeError(
      `Layer '${layerName}' asks for ${name} of [${shape.join(', ')}]; with it the model has more weights than its file holds.`,
    );
  }
}
