// The web page and Node on the same photographs: the same pixels go into the network, and the same answers come out.
import '@tensorflow/tfjs-backend-cpu';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import type { Browser, Page } from 'playwright-core';
import { describePreparation, normalizeImage, prepareImage, type RgbImage } from 'rpg-core/prepare-image';
import type { ResNetOptions } from 'rpg-core/resnet';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launchBrowser } from './browser.js';
import { buildPage, type BuiltPage } from './built-page.js';
import type { PreparationPage } from './preparation-page.js';

const options: ResNetOptions = { depth: 18, width: 8, numClasses: 3, stem: 'cifar' };
const classNames = ['disc', 'ring', 'square'];
const normalization = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
/** As `classification:export` writes it for images of 56 pixels. */
const preparation = { shorterSide: 64, size: 56 };

/** Real images that developers keep beside the checkout. */
const pack = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const photographs = ['pose_mpii/images', 'objectnet/images'].flatMap((folder) => {
  const path = join(pack, folder);
  return existsSync(path) ? readdirSync(path).slice(0, 6).map((name) => join(path, name)) : []; // prettier-ignore
});
const noData = photographs.length > 0 ? '' : ' (skipped: no data)';

let browser: Browser;
let site: BuiltPage;

/** Decodes as training-kit does for training and evaluation. */
async function decoded(bytes: Buffer): Promise<RgbImage> {
  const { data, info } = await sharp(bytes, { failOn: 'error', autoOrient: true, ignoreIcc: true })
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}

/** 90 × 60 pixels that change gently, as a photograph does; the left third is transparent over other colours. */
function painted(isTransparent: boolean): Sharp {
  const pixels = Array.from({ length: 90 * 60 }, (_, i) => {
    const [x, y] = [i % 90, Math.floor(i / 90)];
    return [2 * x + 20, 3 * y + 30, 200 - x - y, isTransparent && x < 30 ? 0 : 255];
  });
  return sharp(Buffer.from(pixels.flat()), { raw: { width: 90, height: 60, channels: 4 } });
}

async function open(path: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${site.url}/${path}`);
  return page;
}

describe.skipIf(browserPath === undefined)('in chromium', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
    site = await buildPage('preparation.html', options, {
      ...{ classNames, normalization },
      imageShape: [56, 56, 3],
      preparation: describePreparation(preparation),
    });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  /** Grey levels by which the page's pixels differ from Node's: on average, and at most. */
  async function differences(page: Page, bytes: Buffer, type: string): Promise<{ mean: number; most: number }> {
    const prepared = await page.evaluate(
      ([content, mime, shorterSide, size]) =>
        (window as unknown as { page: PreparationPage }).page.prepared(content, mime, shorterSide, size),
      [[...bytes], type, preparation.shorterSide, preparation.size] as const,
    );
    const expected = prepareImage(await decoded(bytes), preparation);
    expect(prepared).toHaveLength(expected.length);
    const errors = prepared.map((value, i) => Math.abs(value - expected[i]!));
    return {
      mean: errors.reduce((sum, error) => sum + error, 0) / errors.length,
      most: errors.reduce((most, error) => Math.max(most, error), 0),
    };
  }

  test('lossless images: upright, on white, without their profile, to the last pixel', async () => {
    const page = await open('test/preparation.html');
    const images = {
      plain: painted(false).png(),
      transparent: painted(true).png(),
      turned: painted(false).withMetadata({ orientation: 6 }).png(),
      profile: painted(false).withIccProfile('p3').png(),
      webp: painted(true).webp({ lossless: true }),
    };
    for (const [name, image] of Object.entries(images)) {
      const { most } = await differences(page, await image.toBuffer(), name === 'webp' ? 'image/webp' : 'image/png');
      expect([name, most]).toEqual([name, 0]);
    }
    await page.close();
  });

  test.skipIf(noData !== '')(`photographs: the pixels of Node up to two decoders' rounding${noData}`, async () => {
    const page = await open('test/preparation.html');
    for (const file of photographs) {
      const { mean, most } = await differences(
        page,
        readFileSync(file),
        file.endsWith('.png') ? 'image/png' : 'image/jpeg',
      );
      expect(mean, file).toBeLessThan(0.5);
      expect(most, file).toBeLessThan(6);
    }
    await page.close();
  });

  test.skipIf(noData !== '')(`photographs: the answers of Node${noData}`, async () => {
    const page = await open('index.html?backend=cpu');
    await page.getByText('ready', { exact: true }).waitFor();
    const weights = site.source.generate();
    for (const file of photographs.slice(0, 3)) {
      const image = normalizeImage(prepareImage(await decoded(readFileSync(file)), preparation), normalization);
      const { size } = preparation;
      const logits = site.model.apply(weights, tf.tensor4d(image, [1, size, size, 3]), { isTraining: false });
      const expected = [...tf.softmax(logits).dataSync()];
      await page.locator('#file').setInputFiles(file);
      await page.getByText('answered in').waitFor();
      const answers = await page.locator('#answers li').allTextContents();
      classNames.forEach((name, i) => {
        const answer = answers.find((text) => text.startsWith(name))!;
        expect(Math.abs(Number.parseFloat(answer.slice(name.length)) - 100 * expected[i]!)).toBeLessThan(2);
      });
      await page.reload();
      await page.getByText('ready', { exact: true }).waitFor();
    }
    await page.close();
  });
});
