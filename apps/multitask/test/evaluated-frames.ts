// What an evaluation shows of frames, made without a worker.
import { createExampleBatches } from 'training-kit/data';
import { frameExamples, frameShapes } from '../src/data/batches/frame-example.js';
import { renderedNormalization } from '../src/data/rendered.js';
import type { Split } from '../src/data/split.js';
import { augmentations } from '../src/data/views/augment.js';

/** The batches that an evaluation sees: float32 arrays of views of 16 × 16 pixels. */
export async function evaluatedFrames(split: Split, batchSize: number) {
  const input = { inputSize: 16, normalization: renderedNormalization };
  const { numExamples } = split;
  const { make } = createExampleBatches(
    { numExamples, batchSize, shapes: frameShapes(input), cacheBytes: 0, order: { kind: 'evaluation' } },
    frameExamples({ split, input, augmentation: augmentations.none }),
  );
  const batches = [];
  for (let step = 0; step * batchSize < numExamples; step++) {
    const zeros = (channels: number) => new Float32Array(batchSize * 16 * 16 * channels);
    const views = {
      images: zeros(3),
      depths: zeros(1),
      depthMask: zeros(1),
      normals: zeros(3),
      normalsMask: zeros(1),
    };
    await make(step, { ...views, examples: new Int32Array(batchSize), broken: new Int32Array(batchSize) });
    batches.push(views);
  }
  return batches;
}
