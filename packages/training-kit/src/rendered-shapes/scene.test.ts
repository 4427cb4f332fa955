import { createRng } from 'rpg-core';
import { expect, test } from 'vitest';
import { renderScene, SCENE_SIZE_PX } from './scene.js';
import { shapeNames } from './shapes.js';

const NUM_BYTES = SCENE_SIZE_PX * SCENE_SIZE_PX * 3;

function sceneOf(name: (typeof shapeNames)[number], seed: number, before = 0): Uint8Array {
  const out = new Uint8Array(NUM_BYTES).fill(before);
  renderScene(name, createRng(seed), out);
  return out;
}

test.each(shapeNames)('%s: every byte is written, the same ones for the same seed', (name) => {
  expect(sceneOf(name, 1, 255)).toEqual(sceneOf(name, 1));
  expect(sceneOf(name, 2)).not.toEqual(sceneOf(name, 1));
});

test('the class decides what is painted, with all else drawn alike', () => {
  const scenes = shapeNames.map((name) => sceneOf(name, 3).join());
  expect(new Set(scenes).size).toBe(shapeNames.length);
});
