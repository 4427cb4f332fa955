// Regularisers from configs and back; tfjs-layers has these functions but does not export them.
import * as tf from '@tensorflow/tfjs-core';
import type { Regularizer } from '@tensorflow/tfjs-layers/dist/regularizers.js';

/** A regulariser as a saved model holds it. */
export interface RegularizerConfig {
  readonly className: string;
  readonly config: tf.serialization.ConfigDict;
}

/**
 * @param given a regulariser such as `tf.regularizers.l2({ l2: 5e-4 })`, its config, or nothing
 * @throws RangeError for a class that is not registered with tf.serialization
 */
export function regularizerFrom(given: Regularizer | RegularizerConfig | null | undefined): Regularizer | undefined {
  if (given == null) return undefined;
  if (!('className' in given)) return given;
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  if (!Object.hasOwn(classNameMap, given.className)) {
    throw new RangeError(`Unknown regulariser '${given.className}'; register its class with tf.serialization first.`);
  }
  // The map is typed for all kinds of objects at once.
  const [constructor, fromConfig] = classNameMap[given.className] as unknown as [
    tf.serialization.SerializableConstructor<Regularizer>,
    tf.serialization.FromConfigMethod<Regularizer>,
  ];
  return fromConfig(constructor, given.config);
}

export function serializeRegularizer(regularizer: Regularizer | undefined): tf.serialization.ConfigDict | null {
  return regularizer === undefined ? null : { className: regularizer.getClassName(), config: regularizer.getConfig() };
}
