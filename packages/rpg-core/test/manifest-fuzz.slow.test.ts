import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, inject, test } from 'vitest';
import { fuzzBytes, fuzzManifests } from './manifest-fuzz.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const numCases = 20_000 * inject('casesFactor');

test(`${numCases} spoiled manifests are refused clearly`, () => fuzzManifests(numCases, 101));
test(`${numCases} spoiled files are refused clearly`, () => fuzzBytes(numCases, 102));
