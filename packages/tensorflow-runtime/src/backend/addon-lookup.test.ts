import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { tfjsNodeFolder } from '../provision/addon-build.js';
import { answerWith } from './addon-lookup.js';

const folder = temporaryFolder();
const packageFile = join(tfjsNodeFolder(), 'package.json');
const preGyp = createRequire(packageFile)('@mapbox/node-pre-gyp') as { find: (file: string) => string };

test('tfjs-node-gpu is told the cached addon, other packages find their own', () => {
  const other = join(folder, 'other');
  mkdirSync(other);
  const binary = { module_name: 'other', module_path: './lib', host: 'https://example.org' };
  const description = { name: 'other', version: '1.0.0', main: 'index.js', binary };
  writeFileSync(join(other, 'package.json'), JSON.stringify(description));
  answerWith('/cache/first.node');
  answerWith('/cache/addon.node');
  expect(preGyp.find(packageFile)).toBe('/cache/addon.node');
  expect(preGyp.find(join(other, 'package.json'))).toBe(join(other, 'lib', 'other.node'));
});
