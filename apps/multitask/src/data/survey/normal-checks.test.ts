import { describe, expect, test } from 'vitest';
import { plainPixels } from '../../../test/frame-fixtures.js';
import { filesEncoding } from '../frames/encoding.js';
import { allNormalAxes, filesNormalAxes, parseNormalAxes } from '../frames/normal-axes.js';
import { collectNormals, findWrongAxes, type SeenNormal } from './normal-checks.js';

/** A frame as `readMaps` gives it. */
function mapsOf(width: number, height: number, depths: readonly number[]) {
  const { normal } = plainPixels(width, height);
  return { width, height, depths: Uint16Array.from(depths), normals: normal };
}

describe('what a pixel tells', () => {
  test('its ray, and where 1/Z grows', () => {
    // Depths grow to the right and are the same downwards.
    const row = [512, 513, 514, 515];
    const seen = collectNormals(mapsOf(4, 2, [...row, ...row]), filesEncoding);
    expect(seen).toHaveLength(8);
    expect(seen.slice(0, 4).map(({ rayX, rayY }) => [rayX, rayY])).toEqual([
      [-0.375, -0.125],
      [-0.125, -0.125],
      [0.125, -0.125],
      [0.375, -0.125],
    ]);
    expect(seen.slice(0, 4).map(({ slopeX }) => slopeX)).toEqual([0, -1, -1, 0]); // none at the edge
    expect(seen.every(({ slopeY }) => slopeY === 0)).toBe(true);
  });

  test('no slope is told across an edge of two surfaces, or beside a depth that is missing', () => {
    const slopes = (depths: readonly number[]) =>
      collectNormals(mapsOf(3, 1, depths), filesEncoding).map(({ slopeX }) => slopeX);
    expect(slopes([1024, 1000, 980])).toEqual([0, 1, 0]);
    expect(slopes([1024, 1000, 512])).toEqual([0, 0, 0]); // twice as near
    expect(slopes([1024, 65_535, 980])).toEqual([0, 0, 0]);
    expect(slopes([0, 1000, 980])).toEqual([0, 0, 0]);
  });

  test('a normal that is none tells nothing', () => {
    const maps = mapsOf(2, 1, [512, 512]);
    maps.normals.set([128, 128, 128]);
    expect(collectNormals(maps, filesEncoding).map(({ rayX }) => rayX)).toEqual([0.25]);
  });

  test('channels are the file’s, whatever axes it is read in', () => {
    const maps = mapsOf(1, 1, [512]);
    maps.normals.set([255, 127, 127]); // red alone
    for (const normalAxes of allNormalAxes) {
      const [seen] = collectNormals(maps, { ...filesEncoding, normalAxes });
      const [red, green, blue] = seen!.channels;
      expect([red, green, blue].map((value) => Math.round(100 * value) + 0)).toEqual([100, 0, 0]);
    }
  });

  test('of a large frame about 64 pixels a side are looked at', () => {
    const maps = mapsOf(128, 64, new Array<number>(128 * 64).fill(512));
    expect(collectNormals(maps, filesEncoding)).toHaveLength(64 * 32);
  });
});

describe('axes', () => {
  const ahead = { rayX: 0, rayY: 0 };
  /** Right-down-forward: surfaces that lean to the right and down, as their depths say, and face the camera. */
  const leaning: SeenNormal = { channels: [0.6, 0.48, -0.64], ...ahead, slopeX: -1, slopeY: -1 };
  const many = (count: number, one: SeenNormal) => new Array<SeenNormal>(count).fill(one);
  const agreement = (facing: number, leanX: number, leanY: number) => ({ axes: filesNormalAxes, facing, leanX, leanY });

  test('those that fit are right', () => {
    expect(findWrongAxes(many(30, leaning), filesNormalAxes)).toBeUndefined();
  });

  test('fewer than thirty pixels tell nothing, whatever they say', () => {
    const turned: SeenNormal = { ...leaning, channels: [-0.6, 0.48, 0.64] };
    expect(findWrongAxes(many(29, turned), filesNormalAxes)).toBeUndefined();
    expect(findWrongAxes(many(30, turned), filesNormalAxes)?.found).toEqual(agreement(0, 0, 1));
  });

  test.each(allNormalAxes)('$name: taken as such, and found where it is read with left and right exchanged', (axes) => {
    const signs = [-1, 1] as const;
    // Surfaces that lean to all sides, so that x, y and z are told apart.
    const seen = signs.flatMap((right) =>
      signs.flatMap((down) => {
        const channels: [number, number, number] = [0, 0, 0];
        for (const [axis, value] of [0.6 * right, 0.48 * down, -0.64].entries()) {
          channels[axes.channels[axis]!] = axes.signs[axis]! * value;
        }
        return many(10, { channels, ...ahead, slopeX: -right, slopeY: -down });
      }),
    );
    expect(findWrongAxes(seen, axes)).toBeUndefined();
    const mirrored = axes.name.replace(/right|left/, (word) => (word === 'right' ? 'left' : 'right'));
    expect(findWrongAxes(seen, parseNormalAxes(mirrored)!)?.better).toBe(axes);
  });

  test('what leans less than 0.3 counts for facing the camera alone', () => {
    const flat: SeenNormal = { ...leaning, channels: [0.29, 0, -0.957], slopeX: 1 }; // the depths say: to the left
    expect(findWrongAxes(many(100, flat), filesNormalAxes)).toBeUndefined();
    const steep: SeenNormal = { ...leaning, channels: [0.31, 0, -0.951], slopeX: 1 };
    expect(findWrongAxes(many(100, steep), filesNormalAxes)?.found).toEqual(agreement(1, 0, Number.NaN));
  });

  test('a few that are off are no wrong axes; a fifth that turn their back are', () => {
    const back: SeenNormal = { ...leaning, channels: [0.6, 0.48, 0.64] };
    const found = (numBack: number) => findWrongAxes([...many(100 - numBack, leaning), ...many(numBack, back)], filesNormalAxes); // prettier-ignore
    expect(found(5)).toBeUndefined();
    expect(found(20)).toBeUndefined(); // no other axes fit better
    expect(found(21)?.found.facing).toBeCloseTo(0.79, 12);
  });
});
