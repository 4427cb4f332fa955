import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, test } from 'vitest';
import { fuzzBytes, fuzzManifests } from './manifest-fuzz.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

// The slow suite runs ten times as many.
test('spoiled manifests are refused clearly', () => fuzzManifests(1200, 1));
test('spoiled bytes are refused clearly', () => fuzzBytes(800, 2));
