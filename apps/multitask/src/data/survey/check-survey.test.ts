import { ConfigError, DataError } from 'training-kit/errors';
import { describe, expect, test } from 'vitest';
import { frameName } from '../../../test/frame-fixtures.js';
import { filesEncoding } from '../frames/encoding.js';
import { filesNormalAxes } from '../frames/normal-axes.js';
import type { Split } from '../split.js';
import { describeSurvey } from './check-survey.js';
import type { SeenNormal } from './normal-checks.js';
import type { Survey } from './survey.js';

/** Four frames, two of an area. */
function splitOf(metresPerStep = filesEncoding.metresPerStep): Split {
  const names = ['area_1', 'area_1', 'area_2', 'area_2'].map((area, i) => frameName(area, 'hall_1', i));
  const encoding = { ...filesEncoding, metresPerStep };
  const frames = { kind: 'files', folder: 'DIR', encoding, names, onBadImage: 'stop' } as const;
  return { numExamples: names.length, frames, maxDepth: 10 };
}

const rooms: Split = { numExamples: 4, frames: { kind: 'rendered', sizePx: 16, rngPath: 'rooms' }, maxDepth: 0.5 };

/** All of 1000 pixels known, 2 m away. */
const sound: Survey = {
  ...{ numFrames: 4, numPixels: 1000, medianDepth: 2, numKnownDepths: 1000, numBeyond: 0, nearestBeyond: Infinity },
  ...{ numKnownNormals: 1000, numSpoiledNormals: 0, normals: [] },
};

const linesOf = (split: Split, change: Partial<Survey> = {}) => describeSurvey('val', split, { ...sound, ...change });

describe('a line a split', () => {
  test('frames, median and what is known', () => {
    const shares = { medianDepth: 1.3249, numKnownDepths: 847, numKnownNormals: 921 };
    expect(linesOf(splitOf(), shares)).toEqual([
      'val: 4 frames; depths: median 1.32 m, 84.7 % known; normals: 92.1 % known',
    ]);
  });

  test('colours that are no direction, and frames that were not looked at', () => {
    expect(linesOf(splitOf(), { numKnownNormals: 900, numSpoiledNormals: 50, numFrames: 2 })).toEqual([
      'val: 4 frames; depths: median 2 m, 100.0 % known; normals: 90.0 % known, 5.0 % are black, white or another colour ' +
        'that is no direction, and count as missing (of 2 frames)',
    ]);
  });
});

describe('a median that no room has', () => {
  test.each([
    { medianDepth: 0.299, isUsual: false },
    { medianDepth: 0.3, isUsual: true },
    { medianDepth: 15, isUsual: true },
    { medianDepth: 15.1, isUsual: false },
  ])('$medianDepth m is usual: $isUsual', ({ medianDepth, isUsual }) => {
    expect(linesOf(splitOf(), { medianDepth })).toHaveLength(isUsual ? 1 : 2);
    expect(linesOf({ ...rooms, maxDepth: 20 }, { medianDepth })).toHaveLength(1); // rendered rooms are as they are
  });

  test.each([
    { metresPerStep: 1 / 512, read: '1/512 m' },
    { metresPerStep: 0.001, read: '1/1000 m' },
    { metresPerStep: 0.003, read: '0.003 m' },
    { metresPerStep: 1, read: '1 m' },
  ])('a step is read as $read', ({ metresPerStep, read }) => {
    expect(linesOf(splitOf(metresPerStep), { medianDepth: 100 })[1]).toBe(
      `val: a median of 100 m is unusual for rooms; a step of their files is read as ${read}. Another unit is said with ` +
        '--depth-unit, metres a step.',
    );
  });
});

describe('an end where nothing could come of it', () => {
  test('no frame can be read', () => {
    expect(() => linesOf(splitOf(), { numFrames: 0, numPixels: 0, numKnownDepths: 0 })).toThrow(
      new DataError('DIR', 'No frame of val in DIR (area_1, area_2) can be read.'),
    );
  });

  test('of several frames', () => {
    expect(() => linesOf(splitOf(), { numFrames: 2, numKnownDepths: 0 })).toThrow(
      new DataError(
        'DIR',
        'No depth is known: 2 of the 4 frames of val in DIR (area_1, area_2) were looked at, and all depths are missing ' +
          '(0 or 65535).\nTake the depth files as they were published.',
      ),
    );
    expect(() => linesOf(splitOf(), { numKnownNormals: 0, numSpoiledNormals: 250 })).toThrow(
      new DataError(
        'DIR',
        'No normal is known: the 4 frames of val in DIR (area_1, area_2) were looked at, and 25.0 % of the pixels have a ' +
          'colour that is no direction (black, white), the others that of a missing one.\nTake the normal files as they ' +
          'were published.',
      ),
    );
  });

  test('rendered rooms beyond maxDepth', () => {
    expect(() => linesOf(rooms, { numKnownDepths: 0, numBeyond: 1000, nearestBeyond: 1.2345 })).toThrow(
      new ConfigError(
        'maxDepth',
        'maxDepth is 0.5, but the nearest surface of val’s rendered rooms is 1.23 m away: nothing would be known. Rooms are ' +
          'up to 10 m long.',
      ),
    );
  });

  test('normals in other axes: only shares that enough pixels tell', () => {
    // Blue grows backward, away from what is seen; nothing leans.
    const away: SeenNormal = { channels: [0, 0, 1], rayX: 0, rayY: 0, slopeX: 0, slopeY: 0 };
    const normals = new Array<SeenNormal>(30).fill(away);
    expect(() => linesOf(splitOf(), { normals })).toThrow(
      `The normals of val in DIR do not fit its depths when red, green and blue are ${filesNormalAxes.name}: 0 % face the camera.`,
    );
    expect(linesOf({ ...rooms, maxDepth: 20 }, { normals })).toHaveLength(1); // their axes are certain
  });
});
