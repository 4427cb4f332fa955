import { defineConfig } from 'vitest/config';
import { sharedTest } from '../../vitest.shared.mjs';

// What takes minutes: long fuzzing.
export default defineConfig({
  test: {
    ...sharedTest,
    include: ['**/*.slow.test.ts'],
    exclude: ['node_modules/**', 'dist/**'],
    testTimeout: 600_000,
  },
});
