import { createHash } from 'node:crypto';
import { createRng } from 'rpg-core';
import { drawValueNoise } from 'training-kit/data';
import { describe, expect, test } from 'vitest';
import { corruptImage, corruptionFamilies, type CorruptionName, corruptionNames, severities, type Severity } from './index.js'; // prettier-ignore

const SIDE = 32;

/** Soft shapes in colours, darker than bright: as photographs are. */
function pictureOf(id: number): Uint8Array {
  const channels = ['red', 'green', 'blue'].map((name) => drawValueNoise(SIDE, 7, createRng(id).fork(name)));
  return Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, k) => {
    const pixel = Math.floor(k / 3);
    return Math.round(200 * channels[k % 3]!(pixel % SIDE, Math.floor(pixel / SIDE)));
  });
}

const plain = (value: number): Uint8Array => new Uint8Array(3 * SIDE * SIDE).fill(value);

function corrupted(bytes: Uint8Array, name: CorruptionName, severity: Severity): Promise<Uint8Array> {
  return corruptImage(bytes, { name, severity, rng: createRng(1).fork(name).fork(severity) });
}

function meanChange(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, k) => sum + Math.abs(value - b[k]!), 0) / a.length;
}

test('fifteen, in four families', () => {
  expect(corruptionNames).toHaveLength(15);
  expect(new Set(corruptionNames).size).toBe(15);
  expect(Object.keys(corruptionFamilies)).toEqual(['noise', 'blur', 'weather', 'digital']);
});

describe.each(corruptionNames)('%s', (name) => {
  test('the same twice; the image given stays; each severity is another', async () => {
    const image = pictureOf(1);
    const hashes = new Set<string>();
    for (const severity of severities) {
      const first = await corrupted(image, name, severity);
      expect(await corrupted(image, name, severity)).toEqual(first);
      expect(first).toHaveLength(image.length);
      hashes.add(Buffer.from(first).toString('hex'));
    }
    expect(image).toEqual(pictureOf(1));
    expect(hashes.size).toBe(5);
  });
});

async function meanChanges(name: CorruptionName, at: readonly Severity[]): Promise<number[]> {
  const changes: number[] = [];
  for (const severity of at) {
    let sum = 0;
    for (let id = 0; id < 20; id++) sum += meanChange(pictureOf(id), await corrupted(pictureOf(id), name, severity));
    changes.push(sum / 20);
  }
  return changes;
}

// Where a setting falls while another one rises, only the ends are compared; and nothing of elastic, which trades a wide map
// for short shifts, and of frost, which darkens what it covers.
const mixed: readonly CorruptionName[] = ['glass-blur', 'motion-blur', 'snow'];
const rising = corruptionNames.filter((name) => !['elastic', 'frost', ...mixed].includes(name));

test.each(rising)('%s: the mean change of 20 images rises with severity', async (name) => {
  const changes = await meanChanges(name, severities);
  expect([...changes].sort((a, b) => a - b)).toEqual(changes);
  expect(changes[0]).toBeGreaterThan(0);
});

test.each(mixed)('%s changes 20 images more at severity 5 than at 1', async (name) => {
  const [least, most] = await meanChanges(name, [1, 5]);
  expect(most).toBeGreaterThan(1.2 * least!);
});

const keepPlain: readonly CorruptionName[] = [...corruptionFamilies.blur, 'contrast', 'elastic', 'pixelate'];

test.each(keepPlain)('%s leaves a plain image as it is', async (name) => {
  for (const severity of severities) expect(await corrupted(plain(100), name, severity)).toEqual(plain(100));
});

test('JPEG leaves a plain image within two grey levels, noise keeps its mean', async () => {
  expect(Math.max(...(await corrupted(plain(100), 'jpeg', 5)).map((value) => Math.abs(value - 100)))).toBeLessThan(3);
  for (const name of corruptionFamilies.noise) {
    const noisy = await corrupted(plain(128), name, 5);
    expect(Math.abs(noisy.reduce((sum, value) => sum + value, 0) / noisy.length - 128)).toBeLessThan(2);
  }
});

test('an image of another size is refused', async () => {
  await expect(corrupted(new Uint8Array(3 * 28 * 28), 'fog', 1)).rejects.toThrow(
    new RangeError('corruptImage: 2352 bytes, expected 3072: corruptions are set for images of 32 × 32 pixels.'),
  );
});

// SHA-256 of the five severities of picture 1, its first 12 digits; made by this program. JPEG is the encoder's: not here.
const golden: Readonly<Partial<Record<CorruptionName, string>>> = {
  'gaussian-noise': 'ab240aac8327',
  'shot-noise': 'f5114f1fcf0d',
  'impulse-noise': 'aed3a858185c',
  'defocus-blur': '9e9da4d19148',
  'glass-blur': '5134ae34095b',
  'motion-blur': '302e7a6e5ee9',
  'zoom-blur': 'afb9e0a9edc1',
  snow: 'e625bad61a36',
  frost: '5355b8f3f43e',
  fog: '623ebc1f5fa5',
  brightness: 'e7e77e8fde65',
  contrast: '3f852f4dec48',
  elastic: '508694864fc0',
  pixelate: 'feaa532495ea',
};

test('the same bytes on every machine', async () => {
  const found: Partial<Record<CorruptionName, string>> = {};
  for (const name of corruptionNames.filter((each) => each !== 'jpeg')) {
    const hash = createHash('sha256');
    for (const severity of severities) hash.update(await corrupted(pictureOf(1), name, severity));
    found[name] = hash.digest('hex').slice(0, 12);
  }
  expect(found).toEqual(golden);
});
