import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { runScript } from '../test/child-process.js';
import { temporaryFolder } from '../test/temporary-folder.js';
import { linkAddon, linkPath } from './addon-link.js';

const folder = temporaryFolder();
const addon = join(folder, 'cached.node');
writeFileSync(addon, 'addon');

function freshLink(name: string): string {
  return linkPath(join(folder, name));
}

test('the link leads to the cached addon', () => {
  const link = freshLink('fresh');
  linkAddon(addon, link);
  expect(readlinkSync(link)).toBe(addon);
  linkAddon(addon, link);
  expect(readdirSync(dirname(link))).toEqual(['tfjs_binding.node']);
});

test.each(['a link elsewhere', 'another file'])('%s is replaced', (kind) => {
  const link = freshLink(kind);
  mkdirSync(dirname(link), { recursive: true });
  if (kind === 'another file') writeFileSync(link, 'something else');
  else symlinkSync(join(folder, 'gone.node'), link);
  linkAddon(addon, link);
  expect(readFileSync(link, 'utf8')).toBe('addon');
});

test('a copy of the cached addon is left alone', () => {
  const link = freshLink('copy');
  mkdirSync(dirname(link), { recursive: true });
  writeFileSync(link, 'addon');
  linkAddon(addon, link);
  expect(lstatSync(link).isSymbolicLink()).toBe(false);
});

test('a folder that cannot be written is an error that names the way out', () => {
  const parent = join(folder, 'a-file');
  writeFileSync(parent, '');
  const link = linkPath(join(parent, 'tfjs-node-gpu'));
  expect(() => {
    linkAddon(addon, link);
  }).toThrow(
    new RegExp(
      `^Cannot write ${link}, where tfjs-node-gpu looks for its addon: ENOTDIR.*\\n` +
        `Make that folder writable, or link it there by hand: ln -sf ${addon} ${link}$`,
    ),
  );
});

test('many processes may link at once', async () => {
  const link = freshLink('many');
  const script = `
    import { linkAddon } from './dist/addon-link.js';
    for (let round = 0; round < 200; round++) linkAddon(['${addon}', '${addon}.other'][round % 2], '${link}');`;
  const results = await Promise.all([1, 2, 3].map(() => runScript(script)));
  expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(3).fill({ code: 0, stderr: '' }));
  expect(readdirSync(dirname(link))).toEqual(['tfjs_binding.node']);
});
