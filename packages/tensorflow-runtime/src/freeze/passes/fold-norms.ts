// Folds batch norms with fixed statistics into the convolutions in front of them, which TensorFlow does not do by itself:
// y = scale·(k∗x) + shift = (scale·k)∗x + shift with scale = γ/√(σ² + ε) and shift = β − scale·μ.
import type { FreezePass } from '../freeze-pass.js';
import type { TracedConstant, TracedValue } from '../op-trace.js';
import { attributeOf, readersOf, withoutUnread } from '../op-trace.js';

/** TensorFlow's three versions of the operation; their first five inputs are the same. */
const isBatchNorm = /^FusedBatchNorm(V2|V3)?$/;

/** A convolution that another operation reads too keeps its norm. */
export const foldNorms: FreezePass = (trace, { native: { binding } }) => {
  const constants = [...trace.constants];
  const operations = [...trace.operations];
  const readers = readersOf(trace);
  const float32 = (value: TracedValue | undefined): Float32Array | undefined => {
    if (value?.kind !== 'constant') return undefined;
    const { dtype, values } = constants[value.index]!;
    return dtype === binding.TF_FLOAT && values instanceof Float32Array ? values : undefined;
  };
  const added = (constant: TracedConstant): TracedValue => ({ kind: 'constant', index: constants.push(constant) - 1 });

  operations.forEach((norm, position) => {
    const [x, gamma, beta, mean, variance] = norm.inputs;
    if (!isBatchNorm.test(norm.name) || attributeOf(norm, 'is_training') !== false) return;
    if (x?.kind !== 'output' || readers.get(x.operation)?.length !== 1) return;
    const convolution = operations[x.operation]!;
    const [convolved, kernel] = convolution.inputs;
    const [k, γ, β, μ, σ2] = [kernel, gamma, beta, mean, variance].map(float32);
    if (convolution.name !== 'Conv2D' || attributeOf(convolution, 'data_format') !== 'NHWC') return;
    if (!k || !γ || !β || !μ || !σ2 || kernel?.kind !== 'constant') return;

    const epsilon = attributeOf(norm, 'epsilon') as number;
    const scale = γ.map((value, channel) => value / Math.sqrt(σ2[channel]! + epsilon));
    const shift = β.map((value, channel) => value - scale[channel]! * μ[channel]!);
    const scaled = k.map((value, i) => value * scale[i % scale.length]!); // kernels end in their output channels
    operations[x.operation] = {
      ...convolution,
      inputs: [convolved!, added({ ...constants[kernel.index]!, values: scaled })],
    };
    operations[position] = {
      name: 'BiasAdd',
      attributes: [{ name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }],
      inputs: [x, added({ dtype: binding.TF_FLOAT, shape: [shift.length], values: shift })],
      shape: convolution.shape,
    };
  });
  return withoutUnread({ ...trace, operations, constants });
};
