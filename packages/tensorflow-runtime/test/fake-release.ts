// A release small enough for tests: one wheel of a few bytes, and an addon that needs no compiler.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADDON_FILE, type AddonBuilder } from '../src/provision/addon-build.js';
import type { Downloader } from '../src/provision/wheels/wheel-download.js';
import type { Release } from '../src/provision/wheels/wheel-pins.js';
import { smallWheel } from './zip-fixture.js';

const bytes = smallWheel();

export const fakeRelease: Release = {
  wheels: [
    {
      project: 'tensorflow-cpu',
      version: '2.21.0',
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    },
  ],
  unpackedBytes: 100,
  knownFiles: [],
};

/** Writes `content` where pip would leave the wheel. */
export const downloadBytes =
  (content: Buffer = bytes): Downloader =>
  (_wheel, folder) => {
    const file = join(folder, 'small.whl');
    writeFileSync(file, content);
    return Promise.resolve({ status: 'done', file });
  };

export const fakeBuild: AddonBuilder = ({ output }) => {
  writeFileSync(join(output, ADDON_FILE), 'addon');
  return Promise.resolve(null);
};
