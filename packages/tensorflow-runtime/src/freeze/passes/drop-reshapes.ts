// Drops reshapes that change nothing: tfjs puts one behind every norm. TensorFlow drops them where it knows the shapes,
// which it does not behind operations of our own, and they would keep what stands behind a convolution from being joined
// with it.
import type { FreezePass } from '../freeze-pass.js';
import { type TracedValue, withoutUnread } from '../op-trace.js';

export const dropReshapes: FreezePass = (trace) => {
  const { operations } = trace;
  const source = (value: TracedValue): TracedValue => {
    if (value.kind !== 'output') return value;
    const { name, inputs, shape } = operations[value.operation]!;
    const [x] = inputs;
    if (name !== 'Reshape' || x?.kind !== 'output' || x.output !== 0) return value;
    const shapeOfX = operations[x.operation]!.shape;
    return shape !== undefined && shapeOfX?.join() === shape.join() ? source(x) : value;
  };
  return withoutUnread({
    ...trace,
    operations: operations.map((operation) => ({ ...operation, inputs: operation.inputs.map(source) })),
    results: trace.results.map(source),
  });
};
