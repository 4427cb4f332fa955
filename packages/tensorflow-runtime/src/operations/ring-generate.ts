// Generates all weights from rpg-core's ring, and their gradient, by native/ring/ring-generate.cc and ring-gradient.cc.
import type { KernelConfig, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { GeneratorAttributes } from 'rpg-core/ops';
import { castHandle, isBfloat16 } from '../backend/bfloat16-handles.js';
import { asNative, NATIVE_BACKEND } from '../backend/native-backend.js';
import { precisionType } from './activation-type.js';
import { requireInputs } from './arguments.js';
import { intAttribute } from './attributes.js';
import { reshaped } from './reshaped.js';

const FORWARD = 'RpgGenerate';
const GRADIENT = 'RpgGenerateGrad';

/** Input { ring [N] }, attributes { plan, tables, precision }; one output a slot of the plan, of its shape. */
export const ringGenerate: KernelConfig = {
  kernelName: FORWARD,
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { ring } = requireInputs(FORWARD, inputs, ['ring'] as const);
    const { plan, tables, precision } = generatorAttributes(attrs);
    const { indices, sizes, scales } = tables.packed;
    const native = asNative(backend);
    const numSlots = plan.slots.length;
    const attributes = [intAttribute(native.binding, 'num_slots', numSlots), precisionType(native, precision)];
    const flat = native.executeMultipleOutputs('RingGenerate', attributes, [ring, indices, sizes, scales], numSlots);
    return plan.slots.map(({ slot }, i) => shaped(flat[i]!, slot.shape));
  },
};

/** Inputs { dy0, dy1, … }, one a slot; attributes { plan, tables, precision }; output the ring's gradient [N]. */
export const ringGenerateGrad: KernelConfig = {
  kernelName: GRADIENT,
  backendName: NATIVE_BACKEND,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { plan, tables, precision } = generatorAttributes(attrs);
    const names = plan.slots.map((_, i) => `dy${i}`);
    const gradients = requireInputs(GRADIENT, inputs, names);
    const { indices, scales } = tables.packed;
    const native = asNative(backend);
    const attributes = [
      intAttribute(native.binding, 'num_slots', plan.slots.length),
      intAttribute(native.binding, 'ring_size', plan.ringSize),
      precisionType(native, precision),
    ];
    const casts: Tensor[] = [];
    try {
      const ordered = names.map((name) => {
        const gradient = gradients[name]!;
        if (isBfloat16(native, gradient) === (precision === 'bfloat16')) return gradient;
        // tfjs's own zeros, for a slot that nothing read, are always float32.
        casts.push(castHandle(native, gradient, precision));
        return casts.at(-1)!;
      });
      return [native.executeSingleOutput('RingGenerateGrad', attributes, [...ordered, indices, scales])];
    } finally {
      for (const tensor of casts) tensor.dispose();
    }
  },
};

/** rpg-core passes its own objects through tfjs's attributes, which are typed as plain JSON. */
function generatorAttributes(attrs: unknown): GeneratorAttributes {
  return attrs as GeneratorAttributes;
}

/** The flat tensor is let go. */
function shaped(flat: Tensor, shape: readonly number[]): TensorInfo {
  const weights = reshaped(flat, shape);
  flat.dispose();
  return weights;
}
