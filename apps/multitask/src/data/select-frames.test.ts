import { createRng } from 'rpg-core/rng';
import { expect, test } from 'vitest';
import { evaluatedFrames } from '../../test/evaluated-frames.js';
import { frameName } from '../../test/frame-fixtures.js';
import { filesEncoding } from './frames/encoding.js';
import { renderSplit } from './rendered.js';
import { selectFrames } from './select-frames.js';
import type { Split } from './split.js';

const rooms = renderSplit(6, 16, 10, createRng('rooms'));

/** Depths of each frame, as an evaluation sees them. */
async function depthsOf(split: Split): Promise<Float32Array[]> {
  return (await evaluatedFrames(split, 1)).map(({ depths }) => depths);
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
