// What a browser would load of this package: sizes, and what stays out.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { describe, expect, test } from 'vitest';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

interface Bundle {
  readonly code: string;
  readonly gzippedKilobytes: number;
  readonly imports: readonly string[];
}

/** Bundles and minifies a module as a web page's build would; peer dependencies stay outside. */
async function bundle(entry: string): Promise<Bundle> {
  const name = 'virtual:entry';
  const build = await rolldown({
    input: name,
    platform: 'browser',
    external: [/^@tensorflow\//],
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === name ? id : null),
        load: (id) => (id === name ? entry : null),
      },
    ],
  });
  const { output } = await build.generate({ format: 'esm', minify: true });
  await build.close();
  const [{ code, imports }] = output;
  return { code, imports, gzippedKilobytes: gzipSync(code).length / 1000 };
}

const core = JSON.stringify(here('../src/index.ts'));
const layers = JSON.stringify(here('../src/layers/index.ts'));
const tfLayers = JSON.stringify(here('../src/tf-layers/index.ts'));

// 2 kB of it are seedrandom and what a bundler wraps it in.
test('all of the core is at most 16 kB gzipped, and needs tfjs-core alone', async () => {
  const { gzippedKilobytes, imports } = await bundle(`export * from ${core};`);
  expect(gzippedKilobytes).toBeLessThan(16);
  expect(imports).toEqual(['@tensorflow/tfjs-core']);
});

test('rpg-core/tf-layers adds at most 8 kB to it', async () => {
  const { gzippedKilobytes, imports } = await bundle(`export * from ${core}; export * from ${tfLayers};`);
  expect(gzippedKilobytes).toBeLessThan(24);
  expect([...imports].sort()).toEqual(['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers']);
});

describe('what is not used stays out', () => {
  test('indices and signs need no tfjs', async () => {
    const { gzippedKilobytes, imports } = await bundle(`export { createRng, drawIndexArray } from ${core};`);
    expect(imports).toEqual([]);
    expect(gzippedKilobytes).toBeLessThan(4);
  });

  test('a layer of rpg-core/layers needs tfjs-core alone', async () => {
    const { gzippedKilobytes, imports } = await bundle(`export { conv2d, groupNorm, upsampleNearest } from ${layers};`);
    expect(imports).toEqual(['@tensorflow/tfjs-core']);
    expect(gzippedKilobytes).toBeLessThan(3);
  });

  test('a page that loads a model needs neither saving nor pruning nor layers', async () => {
    const { gzippedKilobytes, code } = await bundle(`export { unpackModel } from ${core};`);
    expect(gzippedKilobytes).toBeLessThan(10.5);
    expect(code).not.toContain('pruneFilters');
    expect(code).not.toContain('cannot be saved');
  });
});
