// `rpg-core/layers`: layers as functions. Each declares the weights it needs and reads them from a weight source.
export { relu } from './activations.js';
export { batchNorm, batchNormAdd, type BatchNormOptions, type ResidualNorm } from './batch-norm.js';
export { conv2d, type Conv2dOptions } from './conv2d.js';
export { dense, type DenseOptions } from './dense.js';
export { dilatedConv2d, type DilatedConv2dOptions } from './dilated-conv2d.js';
export { groupNorm, groupNormAdd, type GroupNormOptions } from './group-norm.js';
export type { ForwardContext, Layer } from './layer.js';
export { globalAveragePool, maxPool2d } from './pooling.js';
export { upsampleNearest } from './upsample.js';
export * from './deprecated-tf-layers.js';
