import { createRng } from 'rpg-core/rng';
import { ConfigError, type DataError } from 'training-kit/errors';
import { describe, expect, test } from 'vitest';
import { folderConfig, renderedConfig } from '../../../test/data-config.js';
import {
  frameName,
  type FramePixels,
  messageOf,
  plainPixels,
  type Plane,
  planeDepth,
  temporaryFolder,
  writeFrameFiles,
} from '../../../test/frame-fixtures.js';
import { framePack, noData } from '../../../test/real-data.js';
import { openDataset } from '../dataset.js';
import { filesEncoding } from '../frames/encoding.js';
import { parseNormalAxes } from '../frames/normal-axes.js';
import { renderSplit } from '../rendered.js';
import type { Split } from '../split.js';
import { describeSurvey } from './check-survey.js';
import { surveySplit } from './survey.js';
import { surveyDataset } from './survey-dataset.js';

const folder = temporaryFolder();
let numAreas = 0;

/** Frames in an area of their own. */
async function splitOf(frames: readonly FramePixels[], change: Partial<Split> = {}): Promise<Split> {
  const area = `area_${++numAreas}`;
  const names = frames.map((_, i) => frameName(area, 'hall_1', i));
  for (const [i, name] of names.entries()) await writeFrameFiles(folder, name, frames[i]);
  const source = { kind: 'files', folder, encoding: filesEncoding, names, onBadImage: 'stop' } as const;
  return { numExamples: names.length, frames: source, maxDepth: 10, ...change };
}

function withEncoding(split: Split, change: object): Split {
  if (split.frames.kind !== 'files') throw new Error('rendered');
  return { ...split, frames: { ...split.frames, encoding: { ...filesEncoding, ...change } } };
}

async function linesOf(split: Split): Promise<string[]> {
  const survey = await surveySplit(split, (error: DataError) => {
    throw error;
  });
  return describeSurvey('train', split, survey);
}

describe('what is known', () => {
  test('median and shares, counted by hand', async () => {
    const frame = plainPixels(4, 4); // 16 pixels, 2 m away
    frame.depth.set([65_535, 0, 512 * 11, 512, 512 * 3, 512 * 3, 512 * 3, 512 * 3, 512 * 3], 0); // missing, none, too far, 1 m, 3 m
    frame.normal.set([128, 128, 128, 0, 0, 0, 255, 255, 255, 0, 0, 0], 0); // missing, black, white, black
    // Known: 1, 3 × 5, 2 × 7: the seventh of 13 is 2 m.
    expect(await linesOf(await splitOf([frame]))).toEqual([
      'train: 1 frame; depths: median 2 m, 81.3 % known; normals: 75.0 % known, 18.8 % are black, white or another ' +
        'colour that is no direction, and count as missing',
    ]);
  });

  test('of many frames some are looked at, evenly', async () => {
    const frames = Array.from({ length: 20 }, (_, i) => ({
      ...plainPixels(2, 2),
      depth: new Uint16Array(4).fill(512 + i),
    }));
    const [line] = await linesOf(await splitOf(frames));
    expect(line).toBe('train: 20 frames; depths: median 1.02 m, 100.0 % known; normals: 100.0 % known (of 16 frames)');
  });

  test('a frame behind those looked at counts where nothing else is known', async () => {
    const blank = { ...plainPixels(2, 2), depth: new Uint16Array(4) };
    const frames = [...Array.from({ length: 17 }, () => blank), plainPixels(2, 2)];
    expect(await linesOf(await splitOf(frames))).toEqual([
      'train: 18 frames; depths: median 2 m, 5.6 % known; normals: 100.0 % known',
    ]);
  });

  test('a median that no room has', async () => {
    const split = await splitOf([{ ...plainPixels(4, 4), depth: new Uint16Array(16).fill(3) }]); // metres, rounded
    expect((await linesOf(split))[1]).toBe(
      'train: a median of 0.00586 m is unusual for rooms; a step of their files is read as 1/512 m. Another unit is said ' +
        'with --depth-unit, metres a step.',
    );
    expect(await linesOf(withEncoding(split, { metresPerStep: 1 }))).toEqual([
      'train: 1 frame; depths: median 3 m, 100.0 % known; normals: 100.0 % known',
    ]);
  });

  test('depths beyond the largest one', async () => {
    const split = await splitOf([{ ...plainPixels(4, 4), depth: new Uint16Array(16).fill(60_000) }]);
    expect(await messageOf(linesOf(split), folder)).toBe(
      `No depth is known: the 1 frame of train in DIR (area_${numAreas}) was looked at, and all depths lie beyond ` +
        'maxDepth, 10 m, or are missing; the nearest is 117 m.\nA step of their files is read as 1/512 m. Say another unit ' +
        'with --depth-unit (0.001 for millimetres), or let farther ones in with --max-depth.',
    );
    expect(await linesOf(withEncoding({ ...split, maxDepth: 100 }, { metresPerStep: 0.001 }))).toHaveLength(2); // 60 m
  });

  test('nothing known at all', async () => {
    const depthless = await splitOf([{ ...plainPixels(4, 4), depth: new Uint16Array(16).fill(65_535) }]);
    expect(await messageOf(linesOf(depthless), folder)).toMatch(
      /was looked at, and all depths are missing \(0 or 65535\)\.\nTake the depth files as they were published\.$/,
    );
    const black = await splitOf([{ ...plainPixels(4, 4), normal: new Uint8Array(48) }]);
    expect(await messageOf(linesOf(black), folder)).toBe(
      `No normal is known: the 1 frame of train in DIR (area_${numAreas}) was looked at, and 100.0 % of the pixels ` +
        'have a colour that is no direction (black, white), the others that of a missing one.\nTake the normal files as ' +
        'they were published.',
    );
  });

  test('rendered rooms, and rooms that lie too far away', async () => {
    const split = renderSplit(40, 16, 20, createRng('survey'));
    expect((await linesOf(split))[0]).toMatch(
      /^train: 40 frames; depths: median \d.\d+ m, 9\d.\d % known; .*\(of 16 frames\)$/,
    );
    const error: unknown = await linesOf({ ...split, maxDepth: 0.01 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toMatch(
      /^maxDepth is 0.01, but the nearest surface of train’s rendered rooms is 0.\d+ m away: nothing would be known. Rooms are up/,
    );
  });
});

describe('the axes of normals', () => {
  /** Floor, wall to the left and wall ahead, as planes: n·P = d with n facing the camera. */
  const planes: readonly Plane[] = [
    { normal: [0, -0.8, -0.6], distance: -1.5 },
    { normal: [0.8, 0, -0.6], distance: -1.5 },
    { normal: [0, 0, -1], distance: -3 },
  ];

  /** A frame of a plane whose file has the channels that `axes` says. */
  function planeFile({ normal, distance }: Plane, axes: string, size = 40): FramePixels {
    const { channels, signs } = parseNormalAxes(axes)!;
    const pixels = plainPixels(size, size);
    for (let at = 0; at < size * size; at++) {
      const [x, y] = [(at % size) - (size - 1) / 2, Math.floor(at / size) - (size - 1) / 2];
      pixels.depth[at] = Math.round(512 * planeDepth({ normal, distance }, x / size, y / size));
      for (let axis = 0; axis < 3; axis++) {
        pixels.normal[3 * at + channels[axis]!] = Math.round(127.5 * (signs[axis]! * normal[axis]! + 1));
      }
    }
    return pixels;
  }

  const splitIn = (axes: string) => splitOf(planes.map((plane) => planeFile(plane, axes)));

  test.each([
    'right-down-forward',
    'right-down-backward',
    'right-up-backward',
    'left-down-forward',
    'forward-down-right',
  ])('%s: read as such, and refused when read as another', async (axes) => {
    const split = await splitIn(axes);
    await linesOf(withEncoding(split, { normalAxes: parseNormalAxes(axes)! }));
    if (axes === 'right-down-forward') return;
    expect(await messageOf(linesOf(split), folder)).toMatch(
      new RegExp(
        '^The normals of train in DIR do not fit its depths when red, green and blue are right-down-forward: \\d+ % face ' +
          `the camera, .*\\.\\nThey fit --normal-axes ${axes}\\.$`,
      ),
    );
  });

  test('each share is told', async () => {
    const split = await splitIn('right-up-forward');
    expect(await messageOf(linesOf(split), folder)).toBe(
      'The normals of train in DIR do not fit its depths when red, green and blue are right-down-forward: 100 % face the ' +
        'camera, 100 % lean to the side as the depths do, 0 % lean up or down as the depths do.\nThey fit --normal-axes ' +
        'right-up-forward.',
    );
  });

  test('directions that fit no axes', async () => {
    const rng = createRng('no axes');
    const frame = planeFile(planes[0]!, 'right-down-forward');
    for (let at = 0; at < frame.normal.length; at += 3) {
      const angle = 2 * Math.PI * rng.uniform();
      frame.normal.set([127 + Math.round(120 * Math.cos(angle)), 128, 127 + Math.round(120 * Math.sin(angle))], at);
    }
    expect(await messageOf(linesOf(await splitOf([frame])), folder)).toMatch(
      /\nThey fit no axes of the camera; normals of the world’s axes are to be turned into the camera’s first\. Other axes are/,
    );
  });

  test('few pixels say nothing', async () => {
    const frame = planeFile(planes[0]!, 'right-up-backward', 5);
    expect(await linesOf(await splitOf([frame]))).toHaveLength(1);
  });

  test.skipIf(noData !== '')(
    `real frames, each area for itself${noData}`,
    async () => {
      const areas = ['3', 'omnidata', '7scenes_a', '7scenes_b'];
      for (const area of areas) {
        const others = areas.filter((other) => other !== area);
        const { test: split } = await openDataset({
          ...folderConfig(framePack),
          ...{ trainAreas: others, valAreas: null, valExamples: 0, testAreas: [area] },
        });
        expect(await linesOf(split)).toHaveLength(1);
        for (const axes of ['right-up-forward', 'right-down-backward', 'left-down-forward']) {
          const read = withEncoding(split, { normalAxes: parseNormalAxes(axes)! });
          expect(await messageOf(linesOf(read), framePack)).toMatch(/They fit --normal-axes right-down-forward\.$/);
        }
      }
    },
    120_000,
  );
});

test('a dataset: a line a split that has frames', async () => {
  const lines: string[] = [];
  const dataset = await openDataset({ ...renderedConfig, valExamples: 0 });
  await surveyDataset(dataset, (line) => lines.push(line));
  expect(lines.map((line) => line.split(';')[0])).toEqual(['train: 5 frames', 'test: 3 frames']);
});
