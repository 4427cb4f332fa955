import type { ViteUserConfig } from 'vitest/config';

// Shared test settings; each project's vitest.config.ts spreads them.
export const sharedTest: NonNullable<ViteUserConfig['test']> = {
  include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
  exclude: ['**/*.slow.test.ts', 'node_modules/**', 'dist/**'],
  environment: 'node',
  testTimeout: 30_000,
  hookTimeout: 60_000, // loading TensorFlow on a busy machine
  // One process per file: tfjs keeps one engine per process and each file counts its tensors.
  pool: 'forks',
  maxWorkers: 2,
};

// For vitest.slow.config.ts: fuzzing and whole trainings, in files of their own.
export const slowTest: NonNullable<ViteUserConfig['test']> = {
  ...sharedTest,
  include: ['src/**/*.slow.test.ts', 'test/**/*.slow.test.ts'],
  exclude: ['node_modules/**', 'dist/**'],
  testTimeout: 600_000,
};
