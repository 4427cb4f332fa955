import { expect, test } from 'vitest';
import { fileFor } from './tfjs-node-names.js';

test.each(['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'])('%s and the files in it', (name) => {
  expect(fileFor(name)).toMatch(/tfjs-node-gpu\/dist\/index\.js$/);
  expect(fileFor(`${name}/package.json`)).toMatch(/tfjs-node-gpu\/package\.json$/);
  expect(fileFor(`${name}/dist/image`)).toMatch(/tfjs-node-gpu\/dist\/image\.js$/);
  expect(fileFor(`${name}/none`)).toBeUndefined();
});

test.each(['@tensorflow/tfjs', '@tensorflow/tfjs-node-x', './tfjs-node', 'fs', ''])(
  '%j is not answered',
  (specifier) => {
    expect(fileFor(specifier)).toBeUndefined();
  },
);
