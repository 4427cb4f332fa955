// Shapes of what ops give, without computing: those of tfjs's ops that networks are made of. An op that is missing here ends
// with tfjs's "Kernel … not registered for backend 'shapes'".
import * as tf from '@tensorflow/tfjs-core';

type Shape = readonly number[];
type Attributes = Readonly<Record<string, unknown>>;

/** From the shapes of the inputs, by the names that the op has for them, to that of the output. */
type ShapeRule = (inputs: Readonly<Record<string, Shape>>, attributes: Attributes) => Shape;

const likeInput: ShapeRule = ({ x }) => x!;
const broadcast: ShapeRule = ({ a, b }) => tf.broadcast_util.assertAndGetBroadcastShape([...a!], [...b!]);
const first: ShapeRule = (inputs) => Object.values(inputs)[0]!;

const pooled: ShapeRule = ({ x }, attributes) => {
  const { filterSize, strides, pad, dimRoundingMode } = attributes as unknown as tf.MaxPoolAttrs;
  return tf.backend_util.computePool2DInfo(x as Shape4, filterSize, strides, 1, pad, dimRoundingMode).outShape;
};

const reduced: ShapeRule = ({ x }, attributes) => {
  const { axis, keepDims } = attributes as unknown as tf.SumAttrs & { readonly keepDims: boolean };
  const axes = tf.util.parseAxisParam(axis, [...x!]);
  const [kept] = tf.backend_util.computeOutAndReduceShapes([...x!], axes);
  return keepDims ? tf.backend_util.expandShapeToKeepDim(kept, axes) : kept;
};

type Shape4 = [number, number, number, number];

export const shapeRules: Readonly<Record<string, ShapeRule>> = {
  Cast: likeInput,
  FusedBatchNorm: likeInput,
  Identity: likeInput,
  Relu: likeInput,
  Rsqrt: likeInput,
  Softplus: likeInput,
  Square: likeInput,
  Tanh: likeInput,
  Add: broadcast,
  Maximum: broadcast,
  Multiply: broadcast,
  RealDiv: broadcast,
  SquaredDifference: broadcast,
  Sub: broadcast,
  AddN: first,
  AvgPool: pooled,
  MaxPool: pooled,
  Mean: reduced,
  Sum: reduced,
  Conv2D: ({ x, filter }, attributes) => {
    const { strides, pad, dilations, dimRoundingMode } = attributes as unknown as tf.Conv2DAttrs;
    const shapes = [x as Shape4, filter as Shape4] as const;
    return tf.backend_util.computeConv2DInfo(...shapes, strides, dilations, pad, dimRoundingMode).outShape;
  },
  BatchMatMul: ({ a, b }, { transposeA, transposeB }) => [
    ...tf.broadcast_util.assertAndGetBroadcastShape(a!.slice(0, -2), b!.slice(0, -2)),
    a!.at(transposeA === true ? -1 : -2)!,
    b!.at(transposeB === true ? -2 : -1)!,
  ],
  BatchToSpaceND: ({ x }, attributes) => {
    const { blockShape, crops } = attributes as unknown as tf.BatchToSpaceNDAttrs;
    const inner = blockShape.map((block, i) => x![i + 1]! * block - crops[i]![0]! - crops[i]![1]!);
    return [x![0]! / product(blockShape), ...inner, ...x!.slice(1 + blockShape.length)];
  },
  SpaceToBatchND: ({ x }, attributes) => {
    const { blockShape, paddings } = attributes as unknown as tf.SpaceToBatchNDAttrs;
    const inner = blockShape.map((block, i) => (x![i + 1]! + paddings[i]![0]! + paddings[i]![1]!) / block);
    return [x![0]! * product(blockShape), ...inner, ...x!.slice(1 + blockShape.length)];
  },
  Concat: (inputs, { axis }) =>
    tf.backend_util.computeOutShape(
      Object.values(inputs).map((shape) => [...shape]),
      axis as number,
    ),
  ExpandDims: ({ input }, { dim }) => {
    const at = (dim as number) < 0 ? input!.length + 1 + (dim as number) : (dim as number);
    return [...input!.slice(0, at), 1, ...input!.slice(at)];
  },
  Fill: (_, { shape }) => shape as Shape,
  PadV2: ({ x }, { paddings }) =>
    x!.map((size, i) => size + (paddings as number[][])[i]![0]! + (paddings as number[][])[i]![1]!),
  Reshape: ({ x }, { shape }) => tf.util.inferFromImplicitShape(shape as number[], product(x!)),
  ResizeNearestNeighbor: ({ images }, { size }) => [images![0]!, ...(size as Shape), images![3]!],
  Tile: ({ x }, { reps }) => x!.map((size, i) => size * (reps as Shape)[i]!),
};

function product(sizes: Shape): number {
  return sizes.reduce((all, size) => all * size, 1);
}
