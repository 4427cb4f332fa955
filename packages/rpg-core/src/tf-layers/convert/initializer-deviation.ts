// How large the numbers are that a tf.layers initialiser draws. A ring's elements are shared, so a slot cannot be filled by
// its initialiser; the ring takes over only the scale.
import type * as tf from '@tensorflow/tfjs-core';

/** Root mean square of a standard normal variable cut off at ±2, which is what tfjs's truncatedNormal draws from. */
const TRUNCATED = 0.879_625_661_034_239_8;

/** An initialiser as a layer's config holds it. */
export interface InitializerConfig {
  readonly className: string;
  readonly config: tf.serialization.ConfigDict;
}

/**
 * Root mean square of the numbers that the initialiser draws for a kernel of this shape.
 *
 * @param layerName for the error's text
 * @throws RangeError for initialisers that draw no random numbers: a constant has no place on a shared ring
 */
export function initialDeviation(initializer: InitializerConfig, shape: readonly number[], layerName: string): number {
  const config = initializer.config as Readonly<Record<string, number | string | null | undefined>>;
  const number = (key: string): number => Number(config[key] ?? 0);
  switch (initializer.className) {
    case 'RandomNormal':
      return Math.hypot(number('mean'), number('stddev'));
    case 'TruncatedNormal':
      return Math.hypot(number('mean'), TRUNCATED * number('stddev'));
    case 'RandomUniform': {
      const [low, high] = [number('minval'), number('maxval')];
      return Math.sqrt((low * low + low * high + high * high) / 3);
    }
    case 'Orthogonal': {
      // All singular values are the gain: the squares of rows × columns entries add up to gain² · min(rows, columns).
      const columns = shape.at(-1)!;
      return number('gain') / Math.sqrt(Math.max(columns, sizeOf(shape) / columns));
    }
    case 'VarianceScaling': {
      // Glorot's, He's and LeCun's are all of this class.
      const variance = number('scale') / Math.max(1, fan(shape, String(config.mode)));
      return Math.sqrt(variance) * (config.distribution === 'normal' ? TRUNCATED : 1);
    }
    default:
      throw new RangeError(
        `Layer '${layerName}' starts its generated weights by ${initializer.className}; on a ring they can start by glorotNormal, ` +
          'glorotUniform, heNormal, heUniform, leCunNormal, leCunUniform, varianceScaling, orthogonal, randomNormal, ' +
          'randomUniform or truncatedNormal.',
      );
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

/** As tfjs-layers counts it: the last two dimensions are channels in and out, those before them the receptive field. */
function fan(shape: readonly number[], mode: string): number {
  const field = sizeOf(shape.slice(0, -2));
  const fanIn = field * shape.at(-2)!;
  const fanOut = field * shape.at(-1)!;
  if (mode === 'fanIn') return fanIn;
  return mode === 'fanOut' ? fanOut : (fanIn + fanOut) / 2;
}
