import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { scratchFolder } from '../../test/scratch-folder.js';
import { flagsOf, textsOf } from './command-texts.js';

const root = scratchFolder('command-texts');
afterAll(() => {
  rmSync(root, { recursive: true });
});
for (const [name, text] of Object.entries({
  'packages/training-kit/package.json': JSON.stringify({ exports: { '.': { default: './dist/index.js' } } }),
  'packages/training-kit/src/index.ts': "export { save } from './save.js';\n",
  'packages/training-kit/src/save.ts': "f('Go on with --resume DIR.');",
  'apps/x/src/commands/train.ts':
    "import { save } from 'training-kit';\nimport { open } from '../data.js';\nf('Pass --width N.');",
  'apps/x/src/data.ts':
    "throw new DataError(file, 'Pass --no-flip or --width N.');\nthrow new ConfigError('seed', 'Pass --seed N.');",
})) {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}
const texts = textsOf(pathToFileURL(join(root, 'apps/x/src/commands/messages.test.ts')).href);
const places = (named: readonly { flag: string; file: string }[]) => named.map(({ flag, file }) => `${file} ${flag}`);

test('flags that texts name and a command lacks, but for exempted sources', () => {
  const flags = new Set(['width', 'seed']);
  expect(places(texts.lacked('train', flags))).toEqual(['training-kit/save.ts resume', 'data.ts no-flip']);
  expect(places(texts.lacked('train', flags, { 'training-kit/save.ts': 'it saves nothing' }))).toEqual([
    'data.ts no-flip',
  ]);
});

test('advice behind the first step that a resumed run refuses', () => {
  const rules = { width: 'fixed', flip: 'fixed', seed: 'fixed' } as const;
  expect(places(texts.refusedOnResume(rules))).toEqual(['data.ts no-flip', 'data.ts width']);
  expect(texts.refusedOnResume({ ...rules, flip: 'future', width: 'free' })).toEqual([]);
  expect(texts.refusedOnResume(rules, { 'data.ts': 'which files there are' })).toEqual([]);
});

test('the flags of a help that is printed; standard output is as before', async () => {
  const write: unknown = Reflect.get(process.stdout, 'write');
  const flags = await flagsOf((argv) => {
    process.stdout.write(`  --width <number>  of ${argv.join(' ')}\n`);
    return Promise.resolve();
  });
  expect([...flags]).toEqual(['width']);
  expect(Reflect.get(process.stdout, 'write')).toBe(write);
});
