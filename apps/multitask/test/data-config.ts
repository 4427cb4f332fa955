// Configs of datasets for tests.
import type { DataConfig } from '../src/data/data-config.js';

export const renderedConfig: DataConfig = {
  dataset: 'rendered',
  folder: null,
  fold: 1,
  trainAreas: null,
  valAreas: null,
  testAreas: null,
  valExamples: 2,
  maxDepth: 10,
  depthUnit: null,
  normalAxes: null,
  onBadImage: 'stop',
  renderedTrain: 5,
  renderedTest: 3,
  renderedSizePx: 16,
  seed: 1,
};

/** The areas that `renderToFolder` writes. */
export const folderConfig = (folder: string): DataConfig => ({
  ...renderedConfig,
  dataset: '2d3ds',
  folder,
  trainAreas: ['train'],
  valAreas: ['val'],
  testAreas: ['test'],
});
