// rpg-core's generator by the operations of native/ring-generate.cc: one pass over the index array each way.
import type { KernelConfig, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { GeneratorAttributes } from 'rpg-core';
import { asNative, NATIVE_BACKEND } from '../native-backend.js';
import { requireInputs } from './arguments.js';
import { intAttribute } from './attributes.js';
import { reshaped } from './reshaped.js';

const forwardName = 'RpgGenerate';
const gradientName = 'RpgGenerateGrad';

/** Input { ring [N] }, attributes { plan, tables }; one output a slot of the plan, of the slot's shape. */
export const ringGenerate: KernelConfig = {
  kernelName: forwardName,
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { ring } = requireInputs(forwardName, inputs, ['ring'] as const);
    const { plan, tables } = generatorAttributes(attrs);
    const { indices, sizes, scales } = tables.packed;
    const native = asNative(backend);
    const numSlots = plan.slots.length;
    const attributes = [intAttribute(native.binding, 'num_slots', numSlots)];
    const flat = native.executeMultipleOutputs('RingGenerate', attributes, [ring, indices, sizes, scales], numSlots);
    return plan.slots.map(({ slot }, i) => shaped(flat[i]!, slot.shape));
  },
};

/** Inputs { dy0, dy1, … }, one a slot; attributes { plan, tables }; output the ring's gradient [N]. */
export const ringGenerateGrad: KernelConfig = {
  kernelName: gradientName,
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { plan, tables } = generatorAttributes(attrs);
    const names = plan.slots.map((_, i) => `dy${i}`);
    const gradients = requireInputs(gradientName, inputs, names);
    const { indices, scales } = tables.packed;
    const native = asNative(backend);
    const attributes = [
      intAttribute(native.binding, 'num_slots', plan.slots.length),
      intAttribute(native.binding, 'ring_size', plan.ringSize),
    ];
    const ordered = names.map((name) => gradients[name]!);
    return [native.executeSingleOutput('RingGenerateGrad', attributes, [...ordered, indices, scales])];
  },
};

/** rpg-core passes its own objects through tfjs's attributes, which are typed as plain JSON. */
function generatorAttributes(attrs: unknown): GeneratorAttributes {
  return attrs as GeneratorAttributes;
}

/** The flat tensor is let go. */
function shaped(flat: Tensor, shape: readonly number[]): TensorInfo {
  const kernel = reshaped(flat, shape);
  flat.dispose();
  return kernel;
}
