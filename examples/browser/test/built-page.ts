// The page as a visitor gets it, with a small network beside it: built, filled and served, for the tests.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng, createWeightSource, packModelFolder, type WeightSource } from 'rpg-core';
import { type Classifier, resnet, type ResNetOptions } from 'rpg-core/resnet';
import { build } from 'vite';
import { serveFolder } from './browser.js';

/** What the manifest says of the network besides its weights. */
export interface PageMetadata {
  readonly classNames: readonly string[];
  readonly normalization: { readonly mean: readonly number[]; readonly std: readonly number[] };
  readonly imageShape: readonly number[];
  /** Left out by exports of older versions. */
  readonly preparation?: string;
}

export interface BuiltPage {
  /** Removed by `close`. */
  readonly folder: string;
  readonly url: string;
  readonly model: Classifier;
  readonly source: WeightSource;
  /** Ends the server and removes the files. */
  close(): Promise<void>;
}

const root = join(import.meta.dirname, '..');

/** @param testPage another page of `test/`, built beside index.html */
export async function buildPage(
  testPage: string,
  network: ResNetOptions,
  { preparation, ...described }: PageMetadata,
): Promise<BuiltPage> {
  const folder = await mkdtemp(join(tmpdir(), 'browser-example-'));
  const model = resnet(network);
  const source = createWeightSource(model.slots, { kind: 'ring', ringSize: 0.25 }, createRng('page'));
  await build({
    root,
    logLevel: 'warn',
    build: {
      outDir: folder,
      emptyOutDir: true,
      rolldownOptions: { input: [join(root, 'index.html'), join(root, 'test', testPage)] },
    },
  });
  await mkdir(join(folder, 'model'), { recursive: true });
  const metadata = {
    network: JSON.stringify(network),
    ...Object.fromEntries(Object.entries(described).map(([key, value]) => [key, JSON.stringify(value)])),
    ...(preparation === undefined ? {} : { preparation }),
  };
  for (const [name, bytes] of await packModelFolder(source, { metadata })) {
    await writeFile(join(folder, 'model', name), bytes);
  }
  const site = await serveFolder(folder);
  return {
    folder,
    url: site.url,
    model,
    source,
    async close() {
      site.close();
      await rm(folder, { recursive: true });
    },
  };
}
