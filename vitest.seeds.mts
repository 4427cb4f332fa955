// Loaded before each test file: whatever a test draws without a seed of its own (first weights of tf.layers, cases of
// fast-check) is the same on every run, so that a test that passes once passes always. TEST_SEED=2 draws others.
import fc from 'fast-check';
import { beforeEach, inject } from 'vitest';

const testSeed = inject('testSeed');
let state = testSeed;

/** Marsaglia's xorshift: TensorFlow.js only draws seeds from it. */
function random(): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) / 2 ** 32;
}

// Under nx a test stands where it does without: paths count from the current folder (training-kit, users-folder.ts).
delete process.env.NX_TASK_TARGET_PROJECT;
fc.configureGlobal({ seed: testSeed });
Math.random = random;
// Each test starts the stream anew: what it draws does not depend on which tests ran before.
beforeEach(() => {
  state = testSeed;
});
