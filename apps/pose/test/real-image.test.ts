import { join } from 'node:path';
import { decodeImage } from 'training-kit/images';
import { expect, test } from 'vitest';
import { noData, posePack } from './real-data.js';

test.skipIf(noData !== '')(`a real image${noData}`, async () => {
  const image = await decodeImage(join(posePack, 'images', 'lspet_im00012.jpg'), { minDensity: 1 });
  expect(image).toMatchObject({ width: 148, height: 221 });
});
