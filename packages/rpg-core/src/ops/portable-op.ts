// Ops of our own, with several outputs and a gradient, on any backend. A backend may register its own, faster one under the
// same name (tensorflow-runtime does); elsewhere the composition given here is registered when it is first needed.
import * as tf from '@tensorflow/tfjs-core';

/** An op described once for all backends. `Attributes` travel untouched to the backend's op and to the gradient. */
export interface PortableOp<Attributes extends object> {
  readonly name: string;
  /** Composed of tfjs ops; runs inside a tidy, so that only what it returns stays. */
  readonly compose: (inputs: tf.NamedTensorMap, attributes: Attributes) => tf.Tensor[];
  /** Absent for ops that are themselves gradients. */
  readonly gradient?: {
    readonly inputsToSave?: readonly string[];
    /** For each output whether `saved` holds it, after the saved inputs. */
    readonly outputsToSave?: readonly boolean[];
    /** Gradients of the inputs, made only when asked for. `dys` has one tensor an output. */
    readonly pullBack: (
      dys: readonly tf.Tensor[],
      saved: readonly tf.Tensor[],
      attributes: Attributes,
    ) => Record<string, () => tf.Tensor>;
  };
}

/**
 * Runs `op` on the current backend.
 *
 * @returns the outputs; the caller disposes them
 */
export function runOp<Attributes extends object>(
  op: PortableOp<Attributes>,
  inputs: tf.NamedTensorMap,
  attributes: Attributes,
): tf.Tensor[] {
  ensureRegistered(op);
  // The registry types attributes as plain JSON values; typed arrays and objects pass through it unchanged.
  const outputs = tf
    .engine()
    .runKernel<tf.Tensor | tf.Tensor[]>(op.name, inputs, attributes as unknown as tf.NamedAttrMap);
  return Array.isArray(outputs) ? outputs : [outputs];
}

/** Whether the current backend has an op of this name, its own or one registered here before. */
export function hasOp(name: string): boolean {
  return (tf.getKernel(name, tf.getBackend()) as tf.KernelConfig | undefined) !== undefined;
}

function ensureRegistered<Attributes extends object>(op: PortableOp<Attributes>): void {
  if (!hasOp(op.name)) {
    tf.registerKernel({
      kernelName: op.name,
      backendName: tf.getBackend(),
      kernelFunc: ({ inputs, attrs }) =>
        tf.tidy(() => op.compose(inputs as tf.NamedTensorMap, attrs as unknown as Attributes)),
    });
  }
  const { gradient } = op;
  if (gradient !== undefined && (tf.getGradient(op.name) as tf.GradConfig | undefined) === undefined) {
    tf.registerGradient({
      kernelName: op.name,
      inputsToSave: [...(gradient.inputsToSave ?? [])],
      outputsToSave: [...(gradient.outputsToSave ?? [])],
      gradFunc: (dys, saved, attrs) =>
        gradient.pullBack(Array.isArray(dys) ? dys : [dys], saved, attrs as unknown as Attributes),
    });
  }
}
