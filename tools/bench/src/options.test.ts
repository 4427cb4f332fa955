import { parseCommandLine } from 'training-kit';
import { expect, test } from 'vitest';
import { resolveSizes, typedFlags } from './compare.js';
import { busyNotice, expandQuick, extraSchema, optionsSchema, presets, resolveThreads } from './options.js';

const parse = (...argv: string[]) =>
  parseCommandLine(
    {
      name: 'x',
      description: '',
      schema: optionsSchema,
      presets,
      defaultPreset: 'full',
      extra: extraSchema,
      examples: [],
    },
    expandQuick(argv),
  )!;

test('--quick is a preset, and flags count over it', () => {
  expect(parse('--quick').config).toMatchObject({ width: 16, numSteps: 2 });
  expect(parse('--quick', '--width', '4').config.width).toBe(4);
  expect(parse().config).toMatchObject({ width: 64, batchSize: 128, numSteps: 9, only: null });
});

test('a ring is a share of M or a number of elements, and at most M', () => {
  const base = { ...optionsSchema.parse({}), threads: 1 };
  const fullSize = 11_157_504; // ResNet18's generated weights, as the paper counts them
  expect(resolveSizes({ ...base, ringSize: 0.5 }).ringSize).toBe(fullSize / 2);
  expect(resolveSizes(base).ringSize).toBe(2_359_296);
  expect(resolveSizes({ ...base, width: 8 }).ringSize).toBe(resolveSizes({ ...base, width: 8, ringSize: 1 }).ringSize);
});

test('more threads than cores are refused', () => {
  expect(resolveThreads({ threads: null }, 4)).toBe(4);
  expect(resolveThreads({ threads: 2 }, 4)).toBe(2);
  expect(() => resolveThreads({ threads: 8 }, 4)).toThrow('--threads is 8, but this machine has 4 physical cores');
});

test('a busy machine is told of', () => {
  expect(busyNotice(0.1, 2)).toBeUndefined();
  expect(busyNotice(3.2, 2)).toContain('The machine is busy (load 3.2 on 2 cores)');
});

test('the command that documents show has no paths and no switch of theirs', () => {
  expect(typedFlags(['--', '--only', 'step', '--run', '/a', '--python=/b', '--update-docs'])).toEqual([
    '--',
    '--only',
    'step',
  ]);
  expect(typedFlags(['--update-docs'])).toEqual([]);
});
