// Lets a traced function convolve in bfloat16: convolutions and what joins them take bfloat16, everything else float32,
// with casts between. As rpg-core's networks train in mixed precision, but for the weights: they are rounded once.
import { castAttributes, TF_BFLOAT16 } from '../../backend/bfloat16-handles.js';
import type { FreezePass } from '../freeze-pass.js';
import { attributeOf, type TracedConstant, type TracedOperation, type TracedValue } from '../op-trace.js';

/** Operations whose inputs are all of the type that T names, and that gain by bfloat16 or stand between such. */
const loweredOperations: ReadonlySet<string> = new Set([
  'Conv2D',
  'BiasAdd',
  'Relu',
  'Add',
  'AddV2',
  'MaxPool',
  'FrozenWinogradConv2D',
  'FrozenDirectConv2D',
]);

/** Operations that move numbers: in bfloat16 where their input is, so that nothing is cast for their sake. */
const moving: ReadonlySet<string> = new Set(['PadV2']);

/** An input that stays as it is: kernels that are ready for their convolution; how much is padded. */
const isUntyped = ({ name, inputs }: TracedOperation, input: number): boolean =>
  inputs[input]!.kind === 'feed' || (name === 'PadV2' && input === 1);

/** Argument and results stay float32. */
export const lowerPrecision: FreezePass = (trace, { native: { binding }, precision }) => {
  if (precision === 'float32') return trace;
  const operations: TracedOperation[] = [];
  const constants: TracedConstant[] = [...trace.constants];
  const positions: number[] = []; // where an operation of the trace is now
  const casts = new Map<string, TracedValue>();

  const lowers = (operation: TracedOperation): boolean =>
    attributeOf(operation, 'T') === binding.TF_FLOAT &&
    (loweredOperations.has(operation.name) || (moving.has(operation.name) && isLowered(operation.inputs[0]!)));
  const isLowered = (value: TracedValue): boolean =>
    value.kind === 'output' && lowers(trace.operations[value.operation]!);
  const placed = (value: TracedValue): TracedValue =>
    value.kind === 'output' ? { ...value, operation: positions[value.operation]! } : value;
  const once = (key: string, make: () => TracedValue): TracedValue => {
    const made = casts.get(key) ?? make();
    casts.set(key, made);
    return made;
  };
  const cast = (value: TracedValue, to: 'float32' | 'bfloat16'): TracedValue =>
    once(`${JSON.stringify(value)} ${to}`, () => {
      const operation = { name: 'Cast', attributes: castAttributes(binding, to), inputs: [placed(value)] };
      return { kind: 'output', operation: operations.push(operation) - 1, output: 0 };
    });
  const lowered = (value: TracedValue): TracedValue => {
    if (isLowered(value)) return placed(value);
    if (value.kind !== 'constant') return cast(value, 'bfloat16');
    return once(`constant ${value.index}`, () => {
      const constant = trace.constants[value.index]!;
      const values = toBfloat16(constant.values as Float32Array);
      return { kind: 'constant', index: constants.push({ ...constant, dtype: TF_BFLOAT16, values }) - 1 };
    });
  };
  const raised = (value: TracedValue): TracedValue => (isLowered(value) ? cast(value, 'float32') : placed(value));

  for (const operation of trace.operations) {
    const isLowering = lowers(operation);
    const inputs = operation.inputs.map((value, input) =>
      isLowering && !isUntyped(operation, input) ? lowered(value) : raised(value),
    );
    const attributes = operation.attributes.map((attribute) =>
      isLowering && attribute.name === 'T' ? { ...attribute, value: TF_BFLOAT16 } : attribute,
    );
    positions.push(operations.push({ ...operation, attributes, inputs }) - 1);
  }
  return { ...trace, operations, constants, results: trace.results.map(raised) };
};

/** Rounds to the nearest, ties to even; what is no number stays none. */
function toBfloat16(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(words, (word, i) =>
    Number.isNaN(values[i]) ? 0x7fc0 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16,
  );
}
