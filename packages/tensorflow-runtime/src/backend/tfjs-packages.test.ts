import { expect, test } from 'vitest';
import { fileFor } from './tfjs-packages.js';

test.each(['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'])('%s and the files in it', (name) => {
  expect(fileFor(name)).toMatch(/tfjs-node-gpu\/dist\/index\.js$/);
  expect(fileFor(`${name}/package.json`)).toMatch(/tfjs-node-gpu\/package\.json$/);
  expect(fileFor(`${name}/dist/image`)).toMatch(/tfjs-node-gpu\/dist\/image\.js$/);
  expect(fileFor(`${name}/none`)).toBeUndefined();
});

test.each(['tfjs', 'tfjs-core', 'tfjs-layers', 'tfjs-data', 'tfjs-converter', 'tfjs-backend-cpu'])(
  'the copy of %s below it',
  (name) => {
    expect(fileFor(`@tensorflow/${name}`)).toContain(`/@tensorflow/${name}/dist/`);
    expect(fileFor(`@tensorflow/${name}/package.json`)).toMatch(new RegExp(`@tensorflow/${name}/package\\.json$`));
  },
);

test.each(['@tensorflow/tfjs-vis', '@tensorflow/tfjs-node-x', '@tensorflow', './tfjs-node', 'fs', ''])(
  '%j is not answered',
  (specifier) => {
    expect(fileFor(specifier)).toBeUndefined();
  },
);
