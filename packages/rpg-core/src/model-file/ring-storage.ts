// A ring's numbers as a tensor of the chosen element type, and back.
import type { RingDtype, RingStorage } from './model-manifest.js';
import { dequantizeInt8, fromFloat16, quantizeInt8, toFloat16 } from './quantize.js';
import type { SafetensorsTensor } from './safetensors.js';

/** How W is stored. Errors: none for float32, those of `toFloat16` and `quantizeInt8` for the others. */
export type RingFormat = 'float32' | 'float16' | 'int8';

const DTYPES = { float32: 'F32', float16: 'F16', int8: 'I8' } as const satisfies Record<RingFormat, RingDtype>;

/** @param values finite ones: `checkFinite` */
export function storeRing(
  values: Float32Array,
  format: RingFormat,
): { readonly tensor: SafetensorsTensor; readonly storage: RingStorage } {
  if (!Object.hasOwn(DTYPES, format)) {
    throw new RangeError(`The ring's format is '${format}', expected ${Object.keys(DTYPES).join(', ')}.`);
  }
  const dtype = DTYPES[format];
  const shape = [values.length];
  switch (dtype) {
    case 'F32':
      return { tensor: { dtype, shape, data: values }, storage: { dtype, step: null } };
    case 'F16':
      return { tensor: { dtype, shape, data: toFloat16(values) }, storage: { dtype, step: null } };
    case 'I8': {
      const { data, step } = quantizeInt8(values);
      return { tensor: { dtype, shape, data }, storage: { dtype, step } };
    }
  }
}

/**
 * @param name of the tensor, for errors
 * @throws RangeError when the tensor is not what the manifest says
 */
export function restoreRing(
  name: string,
  tensor: SafetensorsTensor | undefined,
  { dtype, step }: RingStorage,
  ringSize: number,
): Float32Array {
  if (tensor?.dtype !== dtype || tensor.shape.length !== 1 || tensor.shape[0] !== ringSize) {
    throw new RangeError(`The model's tensor '${name}' is ${describe(tensor)}, expected ${dtype} of [${ringSize}].`);
  }
  if ((step === null) === (dtype === 'I8')) {
    throw new RangeError(`The ring '${name}' is stored as ${dtype} ${step === null ? 'without' : 'with'} a step.`);
  }
  if (tensor.dtype === 'F16') return fromFloat16(tensor.data);
  if (tensor.dtype === 'I8') return dequantizeInt8({ data: tensor.data, step: step! });
  return tensor.data; // the only dtype left
}

/** For errors: what a tensor is. */
export function describe(tensor: SafetensorsTensor | undefined): string {
  return tensor === undefined ? 'missing' : `${tensor.dtype} of [${tensor.shape.join(', ')}]`;
}
