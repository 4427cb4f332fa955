import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { messageOf, temporaryFolder } from '../../test/temporary-folder.js';
import { checkResultFiles, writeResultFiles } from './result-files.js';

const folder = temporaryFolder();
const place = { folder, overwrite: false, input: join(folder, 'a.png') };
writeFileSync(place.input, 'photo');

test('files are made with their folder, in order, and nothing else', async () => {
  const made = join(folder, 'new', 'results');
  const files = await writeResultFiles({ 'b.png': Uint8Array.of(1), 'b.json': '{}' }, made);
  expect(files).toEqual([join(made, 'b.png'), join(made, 'b.json')]);
  expect(readdirSync(made).sort()).toEqual(['b.json', 'b.png']);
  expect(readFileSync(files[1]!, 'utf8')).toBe('{}');
  await checkResultFiles(['c.json'], { ...place, folder: made });
});

test('what is there stays, unless it may go; the input stays always', async () => {
  writeFileSync(join(folder, 'a.json'), 'old');
  await expect(checkResultFiles(['c.json', 'a.json'], place)).rejects.toThrow(
    `${join(folder, 'a.json')} exists already. Pass --overwrite, or name another folder with --out.`,
  );
  await checkResultFiles(['c.json', 'a.json'], { ...place, overwrite: true });

  const sameFile = /a\.png is the photograph itself\. Name another folder with --out\.$/;
  await expect(checkResultFiles(['a.png'], { ...place, overwrite: true })).rejects.toThrow(sameFile);
  symlinkSync(folder, join(folder, 'link'));
  const through = { ...place, overwrite: true, folder: join(folder, 'link') };
  await expect(checkResultFiles(['a.png'], through)).rejects.toThrow(sameFile);
});

test('a write that fails says which, and leaves nothing half done', async () => {
  mkdirSync(join(folder, 'taken', 'x.json'), { recursive: true });
  const said = await messageOf(writeResultFiles({ 'x.json': '{}' }, join(folder, 'taken')), folder);
  expect(said).toMatch(/^Cannot write DIR\/taken\/x\.json: /);
  expect(readdirSync(join(folder, 'taken'))).toEqual(['x.json']);
  const under = await messageOf(writeResultFiles({ 'x.json': '{}' }, place.input), folder);
  expect(under).toBe('Cannot write DIR/a.png: DIR/a.png is a file. Choose another folder.');
});
