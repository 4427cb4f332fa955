import type { TrainedData } from 'training-kit';
import { ConfigError } from 'training-kit/errors';
import { describe, expect, test } from 'vitest';
import { frameName } from '../../test/frame-fixtures.js';
import { configSchema } from '../config.js';
import { dataFlags, evaluatedConfig, isOwnChoice, numTrainedOn } from './evaluated-splits.js';
import { filesEncoding } from './frames/encoding.js';
import { frameKey } from './frames/frame-files.js';
import type { Split } from './split.js';

const ofFiles = configSchema.parse({
  ...{ dataset: '2d3ds', folder: '/here', trainAreas: ['1'], testAreas: ['3'], onBadImage: 'skip', depthUnit: 0.001 },
  ...{ maxDepth: 8, valExamples: 5 },
});
const ofRooms = configSchema.parse({ renderedTrain: 7 });

type Flags = Partial<Record<keyof typeof dataFlags, unknown>>;
const none = Object.fromEntries(Object.keys(dataFlags).map((key) => [key, null])) as Record<
  keyof typeof dataFlags,
  null
>;
const evaluated = (run: typeof ofFiles, given: Flags = {}) => evaluatedConfig(run, { ...none, ...given });

test('every flag may be left out, and is read as the run’s setting is', () => {
  for (const flag of Object.values(dataFlags)) expect(flag.parse(undefined)).toBeNull();
  expect(dataFlags.trainAreas.parse(['1', '2'])).toEqual(['1', '2']);
  expect(() => dataFlags.maxDepth.parse(0)).toThrow();
  expect(dataFlags.maxDepth.description).toBe(
    'metres; what is further away counts as missing; the run’s own when left out',
  );
});

describe('the settings of an evaluation', () => {
  test('are the run’s where the call says nothing', () => {
    expect(evaluated(ofFiles)).toEqual(ofFiles);
    expect(evaluated(ofRooms)).toEqual(ofRooms);
  });

  test('are the call’s where it says something', () => {
    expect(evaluated(ofFiles, { folder: '/there', maxDepth: 3 })).toEqual({
      ...ofFiles,
      folder: '/there',
      maxDepth: 3,
    });
  });

  test('leave the run’s settings of files behind where rendered rooms are meant', () => {
    expect(evaluated(ofFiles, { dataset: 'rendered', renderedTest: 2 })).toEqual({
      ...ofFiles,
      ...{ dataset: 'rendered', renderedTest: 2, folder: null, trainAreas: null, testAreas: null },
      ...{ depthUnit: null, onBadImage: 'stop' },
    });
  });

  test.each([
    {
      run: ofRooms,
      given: { folder: '/there' },
      key: 'folder',
      said: '--folder has no effect: dataset is rendered, which reads no files. Leave it out.',
    },
    {
      run: ofFiles,
      given: { dataset: 'rendered', depthUnit: 0.001 },
      key: 'depthUnit',
      said: '--depth-unit has no effect: dataset is rendered, which reads no files. Leave it out.',
    },
    {
      run: ofFiles,
      given: { renderedTest: 2 },
      key: 'renderedTest',
      said: '--rendered-test has no effect: dataset is 2d3ds, which is read from files. Leave it out.',
    },
    {
      run: ofFiles,
      given: { fold: 2 },
      key: 'fold',
      said: '--fold has no effect: trainAreas and testAreas are named. Leave it out.',
    },
  ])('$said', ({ run, given, key, said }) => {
    expect(() => evaluated(run, given)).toThrow(new ConfigError(key, said));
  });
});

test.each<{ given: Flags; isOwn: boolean }>([
  { given: {}, isOwn: true },
  { given: { folder: '/there', maxDepth: 3, depthUnit: 1, onBadImage: 'stop', numWorkers: 1 }, isOwn: true },
  { given: { trainAreas: ['1'] }, isOwn: true },
  { given: { trainAreas: ['1', '2'] }, isOwn: false },
  { given: { valExamples: 6 }, isOwn: false },
  { given: { dataset: 'rendered' }, isOwn: false },
])('$given are frames of the run’s own: $isOwn', ({ given, isOwn }) => {
  expect(isOwnChoice(ofFiles, evaluated(ofFiles, given))).toBe(isOwn);
});

describe('how many frames were trained on', () => {
  const names = [0, 1, 2].map((i) => frameName('area_1', 'hall_1', i));
  const files: Split = {
    ...{ numExamples: names.length, maxDepth: 10 },
    frames: { kind: 'files', folder: '/here', encoding: filesEncoding, names, onBadImage: 'stop' },
  };
  const rooms: Split = { numExamples: 3, maxDepth: 10, frames: { kind: 'rendered', sizePx: 16, rngPath: 'rooms' } };
  /** What a run keeps that was trained on frames of these keys. */
  const trainedOn = (keys: readonly string[] | undefined): TrainedData => {
    const namesOf = (split: string) => Promise.resolve(split === 'train' ? keys : []);
    return { kind: 'known', from: 'RUN', identity: { network: {}, splits: {} }, namesOf };
  };

  test('those with the area and the name of one that was', async () => {
    const elsewhere = frameKey({ ...names[1]!, area: 'area_2' });
    expect(await numTrainedOn(files, trainedOn([frameKey(names[0]!), frameKey(names[2]!), elsewhere]))).toBe(2);
    expect(await numTrainedOn(files, trainedOn([]))).toBe(0);
  });

  test('is not known without the run’s list, and of rendered rooms', async () => {
    expect(await numTrainedOn(files, trainedOn(undefined))).toBeUndefined();
    expect(await numTrainedOn(files, { kind: 'unknown', from: 'RUN' })).toBeUndefined();
    expect(await numTrainedOn(files, { kind: 'none' })).toBeUndefined();
    expect(await numTrainedOn(rooms, trainedOn([frameKey(names[0]!)]))).toBeUndefined();
  });
});
