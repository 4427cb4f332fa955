import type { ViteUserConfig } from 'vitest/config';

// Shared test settings; each project's vitest.config.ts spreads them.
export const sharedTest: NonNullable<ViteUserConfig['test']> = {
  include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
  exclude: ['**/*.slow.test.ts', 'node_modules/**', 'dist/**'],
  environment: 'node',
  testTimeout: 30_000,
  // One process per file: tfjs keeps one engine per process and each file counts its tensors.
  pool: 'forks',
  maxWorkers: 2,
};
