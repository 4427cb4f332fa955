import { createRng } from 'rpg-core/rng';
import { ConfigError, DataError } from 'training-kit/errors';
import { describe, expect, test } from 'vitest';
import { frameName } from '../../test/frame-fixtures.js';
import { type AreaChoice, chooseAreas, folds, holdOutRooms, holdOutSameRooms } from './areas.js';
import { frameKey, roomOf } from './frames/frame-files.js';

const found = ['area_1', 'area_2', 'area_3', 'area_4', 'area_5a', 'area_5b', 'area_6'];
const byFold: AreaChoice = { fold: 1, trainAreas: null, testAreas: null, valAreas: null };

describe('folds', () => {
  test.each([
    { fold: 1 as const, train: ['area_1', 'area_2', 'area_3', 'area_4', 'area_6'], test: ['area_5a', 'area_5b'] },
    { fold: 2 as const, train: ['area_1', 'area_3', 'area_5a', 'area_5b', 'area_6'], test: ['area_2', 'area_4'] },
    { fold: 3 as const, train: ['area_2', 'area_4', 'area_5a', 'area_5b'], test: ['area_1', 'area_3', 'area_6'] },
  ])('fold $fold', ({ fold, ...areas }) => {
    expect(chooseAreas({ ...byFold, fold }, 'DIR', found)).toEqual({ ...areas, val: null });
  });

  test('each area is tested in one fold', () => {
    expect(folds.flatMap((fold) => chooseAreas({ ...byFold, fold }, 'DIR', found).test).sort()).toEqual(found);
  });
});

test('areas by name, with or without area_; those of val are not trained on', () => {
  const named = { ...byFold, trainAreas: ['1', 'area_2', 'x'], testAreas: ['5a'], valAreas: ['2'] };
  expect(chooseAreas(named, 'DIR', [...found, 'area_x'])).toEqual({
    train: ['area_1', 'area_x'],
    val: ['area_2'],
    test: ['area_5a'],
  });
  expect(chooseAreas({ ...byFold, valAreas: ['6'] }, 'DIR', found).train).toEqual([
    'area_1',
    'area_2',
    'area_3',
    'area_4',
  ]);
});

test.each([
  {
    change: { trainAreas: ['1'] },
    key: 'testAreas',
    said: 'trainAreas is set and testAreas is not. Set both, or neither to take those of a fold.',
  },
  {
    change: { trainAreas: [], testAreas: ['1'] },
    key: 'trainAreas',
    said: 'trainAreas is empty, expected names of areas such as 5a.',
  },
  {
    change: { trainAreas: ['1', '../2'], testAreas: ['3'] },
    key: 'trainAreas',
    said: 'trainAreas has "../2", expected names of areas such as 5a or area_5a.',
  },
  {
    change: { trainAreas: ['1', '2'], testAreas: ['area_2'] },
    key: 'trainAreas',
    said: 'trainAreas and testAreas both have area_2; what is trained on cannot be tested on.',
  },
  {
    change: { valAreas: ['5b'] },
    key: 'valAreas',
    said: 'valAreas and testAreas both have area_5b; what is trained on cannot be tested on.',
  },
  {
    change: { trainAreas: ['1', '5a'], testAreas: ['5b'] },
    key: 'trainAreas',
    said:
      'trainAreas has area_5a and testAreas has area_5b: both are parts of one building, and what is trained on cannot be ' +
      'tested on. Name both in the same list.',
  },
  {
    change: { trainAreas: ['1', '5a', '5b'], testAreas: ['2'], valAreas: ['5b'] },
    key: 'valAreas',
    said:
      'valAreas has area_5b and trainAreas has area_5a: both are parts of one building, and what is trained on cannot be ' +
      'tested on. Name both in the same list.',
  },
  {
    change: { trainAreas: ['1', '2', 'area_1'], testAreas: ['3'] },
    key: 'trainAreas',
    said: 'trainAreas has area_1 twice, expected each area once.',
  },
  {
    change: { trainAreas: ['1'], testAreas: ['3'], valAreas: ['1'] },
    key: 'valAreas',
    said: 'valAreas leaves no area to train on. Leave some of them out.',
  },
])('$said', ({ change, key, said }) => {
  expect(() => chooseAreas({ ...byFold, ...change }, 'DIR', found)).toThrow(new ConfigError(key, said));
});

test('an area that is not there', () => {
  expect(() => chooseAreas(byFold, 'DIR', ['area_1', 'area_3'])).toThrow(
    new DataError(
      'DIR',
      'DIR has no area_2, which fold 1 needs; it has area_1, area_3.\nUnpack that area too, or name areas that are ' +
        'there with --train-areas and --test-areas.',
    ),
  );
});

describe('rooms held out', () => {
  const frames = [5, 2, 7, 1].flatMap((numFrames, room) =>
    Array.from({ length: numFrames }, (_, i) => frameName('area_1', `office_${room}`, i)),
  );
  const holdOut = (numFrames: number) => holdOutRooms(frames, numFrames, createRng('val'));

  test('whole rooms, at least as many frames as asked for, the same for the same seed', () => {
    for (const wanted of [0, 1, 4, 7]) {
      const { train, val } = holdOut(wanted);
      expect(val.length).toBeGreaterThanOrEqual(wanted);
      expect(train.length + val.length).toBe(frames.length);
      const rooms = new Set(val.map(roomOf));
      expect(train.some((frame) => rooms.has(roomOf(frame)))).toBe(false);
      expect(holdOut(wanted)).toEqual({ train, val });
    }
    expect(holdOut(0).val).toEqual([]);
  });

  test('rooms seen from one camera position go together', () => {
    const shared = [0, 1].map((i) => ({
      area: 'area_1',
      name: `camera_5c2959c3089c4ac5a7c5c913cc0df78d_office_${4 + i}_frame_${i}`,
    }));
    for (const wanted of [1, 4, 7, 14]) {
      const { train, val } = holdOutRooms([...frames, ...shared], wanted, createRng('val'));
      expect([0, 2]).toContain(val.filter((frame) => shared.includes(frame)).length);
      expect(train.length + val.length).toBe(17);
    }
  });

  test('the same rooms as before are held out when frames came or went, by name and not by place', () => {
    const before = holdOut(4);
    const names = before.val.map(frameKey);
    const heldRooms = new Set(before.val.map(roomOf));
    const [heldRoom] = heldRooms;
    const more = [
      frameName('area_0', 'office_9', 0), // before all others, in a room that is new
      frameName('area_1', before.val[0]!.name.split('_').slice(2, 4).join('_'), 90),
      ...frames,
    ];
    const again = holdOutSameRooms(more, names)!;
    expect(again.train.map(frameKey)).toEqual([frameKey(more[0]!), ...before.train.map(frameKey)]);
    expect(again.val.map(frameKey)).toEqual([frameKey(more[1]!), ...names]);
    expect(roomOf(more[1]!)).toBe(heldRoom);
    const fewer = frames.filter((frame) => frameKey(frame) !== names[0]);
    expect(holdOutSameRooms(fewer, names)).toEqual({ train: before.train, val: before.val.slice(1) });
    expect(holdOutSameRooms(frames, names)).toEqual(before);
    expect(holdOutSameRooms(before.train, names)).toBeUndefined();
  });

  test('areas whose names end in a letter but have no number are buildings of their own', () => {
    const named = { ...byFold, trainAreas: ['x_a'], testAreas: ['x_b'] };
    expect(chooseAreas(named, 'DIR', ['area_x_a', 'area_x_b']).test).toEqual(['area_x_b']);
  });

  test('more than there are', () => {
    for (const wanted of [15, 16]) {
      expect(() => holdOut(wanted)).toThrow(
        new ConfigError(
          'valExamples',
          `valExamples is ${wanted}: held out by whole rooms, that leaves none to train on; the areas of train have 15 ` +
            'frames in 4 rooms.\nHold out fewer frames, or name areas with --val-areas.',
        ),
      );
    }
  });
});
