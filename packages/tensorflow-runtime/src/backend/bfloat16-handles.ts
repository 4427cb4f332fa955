// Carries bfloat16 tensors through tfjs, which has no such type. To tfjs they are float32; which of them are bfloat16 the
// backend's own table of handles knows. Nothing of tfjs is edited: three methods of the one backend object are wrapped.
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { NativeBackend, OpAttribute } from './native-backend.js';

/** TensorFlow's number of the type (tensorflow/c/tf_datatype.h). */
export const TF_BFLOAT16 = 14;

/** Operations that compute with bfloat16: which of their inputs are of the type that the attribute T names. */
const typedInputs: ReadonlyMap<string, (position: number) => boolean> = new Map<string, (position: number) => boolean>([
  ['Add', () => true],
  ['AddV2', () => true],
  ['AddN', () => true],
  ['Conv2D', () => true],
  ['Conv2DBackpropInput', (position) => position > 0], // 0: the input's sizes
  ['Conv2DBackpropFilter', (position) => position !== 1], // 1: the filter's sizes
  ['MaxPool', () => true],
  ['MaxPoolGrad', () => true],
  ['Relu', () => true],
  ['ReluGrad', () => true],
  ['BiasAdd', () => true],
  ['BiasAddGrad', () => true],
  ['Reshape', (position) => position === 0],
  ['Slice', (position) => position === 0],
  ['PadV2', (position) => position !== 1], // 1: how much on each side
  ['MatMul', () => true],
]);

/** Called by this package alone, with attributes that say what each input is. */
const selfTyped: ReadonlySet<string> = new Set([
  'NormTrain',
  'NormTrainGrad',
  'ChannelSums',
  'BiasAdd',
  'ImagePatches',
  'WinogradConv2D',
  'WinogradFilterGrad',
  'RingGenerateGrad',
  'FrozenDirectConv2D',
]);

const wrapped = new WeakSet<object>();

/** Whether `carryBfloat16` was called, which is where the processor is fast with it. */
export function carriesBfloat16(native: NativeBackend): boolean {
  return wrapped.has(native);
}

/** Whether this tensor is a bfloat16 one on `native`. */
export function isBfloat16(native: NativeBackend, { dataId }: Pick<TensorInfo, 'dataId'>): boolean {
  return native.tensorMap.get(dataId)?.dtype === TF_BFLOAT16;
}

/**
 * Makes `backend` carry bfloat16 tensors: operations may return them, and take them where TYPED_INPUTS lists it. Any other
 * use, reading included, throws a TypeError that names the operation. Wrapping the same backend again does nothing.
 */
export function carryBfloat16(backend: NativeBackend): void {
  if (wrapped.has(backend)) return;
  wrapped.add(backend);
  const createOutputTensor = backend.createOutputTensor.bind(backend);
  const executeSingleOutput = backend.executeSingleOutput.bind(backend);
  const executeMultipleOutputs = backend.executeMultipleOutputs.bind(backend);
  const readSync = backend.readSync.bind(backend);

  backend.createOutputTensor = (metadata) => {
    if (metadata.dtype !== TF_BFLOAT16) return createOutputTensor(metadata);
    const tensor = createOutputTensor({ ...metadata, dtype: backend.binding.TF_FLOAT });
    backend.tensorMap.get(tensor.dataId)!.dtype = TF_BFLOAT16;
    return tensor;
  };
  backend.executeSingleOutput = (name, attributes, inputs) =>
    withTypes(backend, { name, attributes, inputs }, (call) =>
      executeSingleOutput(call.name, call.attributes, call.inputs),
    );
  backend.executeMultipleOutputs = (name, attributes, inputs, numOutputs) =>
    withTypes(backend, { name, attributes, inputs }, (call) =>
      executeMultipleOutputs(call.name, call.attributes, call.inputs, numOutputs),
    );
  backend.readSync = (dataId) => {
    if (backend.tensorMap.get(dataId)?.dtype === TF_BFLOAT16) {
      throw new TypeError(`A bfloat16 tensor was read, expected float32. ${REMEDY}`);
    }
    return readSync(dataId);
  };
}

const REMEDY = "Cast it first: castTo(x, 'float32') of rpg-core.";

interface TensorflowCall {
  readonly name: string;
  readonly attributes: readonly OpAttribute[];
  readonly inputs: readonly TensorInfo[];
}

/** Runs the call with T as the inputs are, and a scalar float32 input beside bfloat16 ones (a padding's value) cast. */
function withTypes<Result>(
  backend: NativeBackend,
  call: TensorflowCall,
  run: (call: TensorflowCall) => Result,
): Result {
  const { name, attributes, inputs } = call;
  if (!inputs.some((input) => isBfloat16(backend, input)) || selfTyped.has(name)) return run(call);
  if (name === 'Cast') {
    if (attributes.some((attribute) => attribute.name === 'SrcT' && attribute.value === TF_BFLOAT16)) return run(call);
    throw unsupported(call);
  }
  const isTyped = typedInputs.get(name);
  if (isTyped === undefined) throw unsupported(call);
  const made: Tensor[] = [];
  try {
    const cast = inputs.map((input, position) => {
      if (!isTyped(position) || isBfloat16(backend, input)) return input;
      if (input.shape.length > 0) throw mixed(call, input);
      made.push(castHandle(backend, input, 'bfloat16'));
      return made.at(-1)!;
    });
    const typed = attributes.map((attribute) =>
      attribute.name === 'T' ? { ...attribute, value: TF_BFLOAT16 } : attribute,
    );
    return run({ name, attributes: typed, inputs: cast });
  } finally {
    for (const tensor of made) tensor.dispose();
  }
}

/** Casts between float32 and bfloat16, rounding to the nearest. @returns a tensor that the caller disposes */
export function castHandle(native: NativeBackend, x: TensorInfo, to: 'float32' | 'bfloat16'): Tensor {
  return native.executeSingleOutput('Cast', castAttributes(native.binding, to), [x]);
}

/** What TensorFlow's Cast is told for a cast between float32 and bfloat16, rounding to the nearest. */
export function castAttributes(binding: NativeBackend['binding'], to: 'float32' | 'bfloat16'): OpAttribute[] {
  const [from, target] = to === 'bfloat16' ? [binding.TF_FLOAT, TF_BFLOAT16] : [TF_BFLOAT16, binding.TF_FLOAT];
  return [
    { name: 'SrcT', type: binding.TF_ATTR_TYPE, value: from },
    { name: 'DstT', type: binding.TF_ATTR_TYPE, value: target },
    { name: 'Truncate', type: binding.TF_ATTR_BOOL, value: false },
  ];
}

function unsupported({ name, inputs }: TensorflowCall): TypeError {
  const shapes = inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(', ');
  return new TypeError(
    `TensorFlow's ${name} was given a bfloat16 tensor (inputs ${shapes}), expected float32. ${REMEDY} bfloat16 goes ` +
      `through ${[...typedInputs.keys()].join(', ')} and rpg-core's norms and biases.`,
  );
}

function mixed({ name }: TensorflowCall, { shape }: TensorInfo): TypeError {
  return new TypeError(
    `TensorFlow's ${name} was given bfloat16 tensors beside a float32 one [${shape.join(', ')}], expected one type. ` +
      "Cast the one or the other: castTo(x, 'bfloat16') or castTo(x, 'float32') of rpg-core.",
  );
}
