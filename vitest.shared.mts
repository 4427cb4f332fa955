import { fileURLToPath } from 'node:url';
import type { ViteUserConfig } from 'vitest/config';

declare module 'vitest' {
  /** What tests ask for by `inject`. */
  export interface ProvidedContext {
    /** Slow suites multiply their numbers of cases by it; from CASES_FACTOR, 1 or more, 1 by default. */
    readonly casesFactor: number;
    /** How many trainings are killed; from NUM_KILLS, 50 by default. */
    readonly numKills: number;
    /** What test inputs without a seed of their own are drawn from; from TEST_SEED, 1 by default. */
    readonly testSeed: number;
  }
}

const casesFactor = fromEnvironment('CASES_FACTOR', 1);

/**
 * A test that is still running has hung: no machine, however busy, makes a sound one take so long. How fast things are
 * is for the benches to say.
 */
const HANGS_AFTER_MS = 1_200_000;
const SLOW_HANGS_AFTER_MS = 3_600_000 * casesFactor;
/** The longest that a timer can wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

// Shared test settings; each project's vitest.config.ts spreads them.
export const sharedTest: NonNullable<ViteUserConfig['test']> = {
  include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
  exclude: ['**/*.slow.test.ts', 'node_modules/**', 'dist/**'],
  environment: 'node',
  setupFiles: [fileURLToPath(new URL('./vitest.seeds.mts', import.meta.url))],
  provide: {
    casesFactor,
    numKills: fromEnvironment('NUM_KILLS', 50),
    testSeed: fromEnvironment('TEST_SEED', 1),
  },
  testTimeout: HANGS_AFTER_MS,
  hookTimeout: HANGS_AFTER_MS,
  teardownTimeout: HANGS_AFTER_MS,
  // One process per file: tfjs keeps one engine per process and each file counts its tensors.
  pool: 'forks',
  maxWorkers: 2,
};

// For vitest.slow.config.ts: fuzzing and whole trainings, in files of their own.
export const slowTest: NonNullable<ViteUserConfig['test']> = {
  ...sharedTest,
  include: ['src/**/*.slow.test.ts', 'test/**/*.slow.test.ts'],
  exclude: ['node_modules/**', 'dist/**'],
  testTimeout: Math.min(SLOW_HANGS_AFTER_MS, LONGEST_TIMER_MS),
};

/** A whole number of 1 or more. */
function fromEnvironment(name: string, otherwise: number): number {
  const text = process.env[name] ?? String(otherwise);
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new RangeError(`${name} is '${text}', expected a whole number from 1 to 999999999.`);
}
