import { expect, test } from 'vitest';
import * as tfLayers from '../tf-layers/index.js';
import * as layers from './index.js';

test('rpg-core/layers still gives all of rpg-core/tf-layers', () => {
  expect(Object.keys(tfLayers)).toContain('rpgRing');
  expect(layers).toMatchObject(tfLayers);
});
