import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, test } from 'vitest';
import { fuzzBytes, fuzzManifests } from './manifest-fuzz.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('20 000 spoiled manifests are refused clearly', () => fuzzManifests(20_000, 101));
test('20 000 spoiled files are refused clearly', () => fuzzBytes(20_000, 102));
