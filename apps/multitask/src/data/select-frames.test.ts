import { createRng } from 'rpg-core/rng';
import { expect, test } from 'vitest';
import { frameName } from '../../test/frame-fixtures.js';
import { createBatchMaker } from './batches/batch-maker.js';
import { filesEncoding } from './frames/encoding.js';
import { renderedNormalization, renderSplit } from './rendered.js';
import { selectFrames } from './select-frames.js';
import type { Split } from './split.js';

const rooms = renderSplit(6, 16, 10, createRng('rooms'));

/** Depths of each frame, as an evaluation sees them. */
async function depthsOf(split: Split): Promise<Float32Array[]> {
  const make = createBatchMaker({
    split,
    input: { inputSize: 16, normalization: renderedNormalization },
    batchSize: 1,
    cacheBytes: 0,
    order: { kind: 'evaluation' },
  });
  const all: Float32Array[] = [];
  for (let step = 0; step < split.numExamples; step++) {
    const array = (channels: number) => new Float32Array(16 * 16 * channels);
    const depths = array(1);
    const out = { images: array(3), depths, depthMask: array(1), normals: array(3), normalsMask: array(1) };
    await make(step, { ...out, examples: new Int32Array(1), broken: new Int32Array(1) });
    all.push(depths);
  }
  return all;
}

test('keeps each rendered frame with its own pixels, also of a part of a part', async () => {
  const whole = await depthsOf(rooms);
  const part = selectFrames(rooms, [5, 1, 3]);
  expect(part.numExamples).toBe(3);
  expect(await depthsOf(part)).toEqual([whole[5], whole[1], whole[3]]);
  expect(await depthsOf(selectFrames(part, [2, 0]))).toEqual([whole[3], whole[5]]);
});

test('keeps the names of files', () => {
  const names = [0, 1, 2].map((index) => frameName('area_1', 'hall_1', index));
  const source = { kind: 'files', folder: 'DIR', encoding: filesEncoding, onBadImage: 'stop' } as const;
  const files: Split = { numExamples: 3, frames: { ...source, names }, maxDepth: 10 };
  expect(selectFrames(files, [2, 0])).toEqual({
    numExamples: 2,
    frames: { ...source, names: [names[2], names[0]] },
    maxDepth: 10,
  });
});

test.each([6, -1, 0.5])('refuses place %s', (place) => {
  expect(() => selectFrames(rooms, [0, place])).toThrow(
    new RangeError(`There is no place ${place} in a split of 6 frames.`),
  );
});
