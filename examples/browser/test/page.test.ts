import '@tensorflow/tfjs-backend-cpu';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Browser } from 'playwright-core';
import type { ResNetOptions } from 'rpg-core/resnet';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackendsPage } from './backends-page.js';
import { browserPath, launchBrowser, openPage } from './browser.js';
import { buildPage, type BuiltPage } from './built-page.js';

const network: ResNetOptions = { depth: 18, width: 8, numClasses: 3, stem: 'cifar' };
const classNames = ['disc', 'ring', '<b>square</b>'];
const normalization = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 0.3] };

let browser: Browser;
let site: BuiltPage;
let expected: number[];
let greyPng: Buffer;

const GREY = 128;

describe.skipIf(browserPath === undefined)('in chromium', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
    greyPng = await sharp({ create: { width: 40, height: 32, channels: 3, background: { r: GREY, g: GREY, b: GREY } } }).png().toBuffer(); // prettier-ignore
    site = await buildPage('backends.html', network, { classNames, normalization, imageShape: [32, 32, 3] });
    const image = tf.tensor4d(new Float32Array(32 * 32 * 3).map((_, i) => (GREY / 255 - normalization.mean[i % 3]!) / normalization.std[i % 3]!), [1, 32, 32, 3]); // prettier-ignore
    expected = [...tf.softmax(site.model.apply(site.source.generate(), image, { isTraining: false })).dataSync()];
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  test.each(['webgl', 'cpu'])('the page loads a model and answers as Node does, on %s', async (backend) => {
    const page = await openPage(browser);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${site.url}/index.html?backend=${backend}`);
    await page.getByText('ready', { exact: true }).waitFor();
    expect(await page.locator('#about').textContent()).toContain('disc, ring, <b>square</b>');
    const [own, plain] = (await page.locator('#sizes dd').allTextContents()).map((text) => Number.parseFloat(text));
    expect(own! / plain!).toBeLessThan(0.4);

    await page.locator('#file').setInputFiles({ name: 'grey.png', mimeType: 'image/png', buffer: greyPng });
    await page.getByText('answered in').waitFor();
    const answers = await page.locator('#answers li').allTextContents();
    const order = expected.map((share, i) => ({ share, name: classNames[i]! })).toSorted((a, b) => b.share - a.share);
    order.forEach(({ name, share }, i) => {
      expect(answers[i]).toContain(name);
      expect(Number.parseFloat(answers[i]!.slice(name.length))).toBeCloseTo(100 * share, 0);
    });
    await page.screenshot({ path: join(site.folder, `${backend}.png`) });

    await page.locator('#file').setInputFiles({ name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('no') });
    await page.getByText('Cannot read broken.png as an image; it may be broken.').waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });

  test('a model that is not there is told', async () => {
    const page = await openPage(browser);
    await page.goto(`${site.url}/index.html?model=./nowhere`);
    await page.getByText('Cannot fetch ./nowhere/').waitFor();
    await page.close();
  });

  test('generated weights have the same bits on webgl and cpu', async () => {
    const page = await openPage(browser);
    await page.goto(`${site.url}/test/backends.html`);
    const hashOn = (backend: string): Promise<string> =>
      page.evaluate((name) => (window as unknown as { page: BackendsPage }).page.weightsHash(name), backend);
    expect(await hashOn('webgl')).toBe(await hashOn('cpu'));
    await page.close();
  });

  test('21 million indices, the page never frozen, the bits of Node', async () => {
    const page = await openPage(browser);
    await page.goto(`${site.url}/test/backends.html`);
    const drawn = await page.evaluate(() =>
      (window as unknown as { page: BackendsPage }).page.drawIndices(11_160_576, 21_258_240),
    );
    // The golden hash of rpg-core's index-array.test.ts.
    expect(drawn.hash).toBe('6af591c1f8e84c569b44f06d9eefc5d7cd03eaed0ab4efb1b493f62f85ce1cd6');
    expect(drawn.numTurns).toBeGreaterThan(10); // on the fastest machine; a slow one gives the page more of them
    console.log(`21 258 240 indices: ${drawn.ms.toFixed(0)} ms, longest pause ${drawn.longestPauseMs.toFixed(0)} ms`);
    await page.close();
  });
});
