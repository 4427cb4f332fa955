import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gnuLongName, memberOf, paxOf, tarOf } from '../../test/tar-fixture.js';
import { codeOf } from '../errors.js';
import { readTar } from './tar-reader.js';

/** Names, kinds and contents; the archive comes in pieces of `pieceBytes`. */
async function read(archive: Uint8Array, pieceBytes = 300): Promise<[string, string, string][]> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < archive.length; at += pieceBytes) {
      yield await Promise.resolve(archive.subarray(at, at + pieceBytes));
    }
  }
  const members: [string, string, string][] = [];
  for await (const { name, kind, content } of readTar(pieces())) {
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(part);
    members.push([name, kind, Buffer.concat(parts).toString()]);
  }
  return members;
}

describe('reading', () => {
  const long = `${'deep/'.repeat(40)}file`;
  const content = 'x'.repeat(1000);

  test.each([1, 511, 512, 513, 100_000])('members in pieces of %d bytes', async (pieceBytes) => {
    const archive = tarOf({ name: 'a/', type: '5' }, { name: 'a/one', content }, { name: 'a/two', content: '2' });
    expect(await read(archive, pieceBytes)).toEqual([
      ['a/', 'folder', ''],
      ['a/one', 'file', content],
      ['a/two', 'file', '2'],
    ]);
  });

  test.each([
    { what: 'a prefix', members: [{ name: 'file', prefix: 'some/folder' }], name: 'some/folder/file' },
    { what: 'no prefix in GNU archives', members: [{ name: 'f', prefix: '123', magic: 'ustar  \0' }], name: 'f' },
    { what: 'archives from before ustar', members: [{ name: 'f', type: '\0', magic: '' }], name: 'f' },
    { what: 'a long name of GNU tar', members: [gnuLongName(long), { name: long }], name: long },
    { what: 'a long name of pax', members: [paxOf({ path: long, mtime: '1.5' }), { name: 'cut' }], name: long },
    { what: 'a name in UTF-8', members: [paxOf({ path: 'größe' }), { name: 'gr' }], name: 'größe' },
    { what: 'a byte order mark', members: [{ name: '\ufefff' }], name: '\ufefff' },
    { what: 'a remark on all members', members: [paxOf({ comment: 'made' }, 'g'), { name: 'f' }], name: 'f' },
    { what: 'a size told twice', members: [paxOf({ size: '3' }), { name: 'f', content: 'abc' }], name: 'f' },
  ])('$what', async ({ members, name }) => {
    const found = await read(tarOf(...members, { name: 'next', content: 'n' }));
    expect(found.map(([found]) => found)).toEqual([name, 'next']);
  });

  test('names of one member do not pass to the next', async () => {
    expect(await read(tarOf(gnuLongName('long'), { name: 'a' }, { name: 'b' }))).toEqual([
      ['long', 'file', ''],
      ['b', 'file', ''],
    ]);
  });

  test.each([
    ['1', 'other'], // hard link
    ['2', 'other'], // symbolic link
    ['3', 'other'], // devices
    ['4', 'other'],
    ['6', 'other'], // pipe
    ['S', 'other'], // GNU's files with holes
    ['5', 'folder'],
    ['0', 'file'],
  ])('type %s is %s', async (type, kind) => {
    expect(await read(tarOf({ name: 'm', type, linkName: 'target' }))).toEqual([['m', kind, '']]);
  });

  test('an archive of this system’s tar', async ({ skip }) => {
    const folder = mkdtempSync(join(tmpdir(), 'tar-reader-'));
    try {
      mkdirSync(join(folder, 'set'));
      writeFileSync(join(folder, 'set', 'one'), content);
      writeFileSync(join(folder, 'set', 'n'.repeat(150)), 'long');
      execFileSync('tar', ['-cf', 'a.tar', 'set/one', `set/${'n'.repeat(150)}`], { cwd: folder });
      expect(await read(readFileSync(join(folder, 'a.tar')))).toEqual([
        ['set/one', 'file', content],
        [`set/${'n'.repeat(150)}`, 'file', 'long'],
      ]);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') skip('there is no tar here');
      throw error;
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('refused', () => {
  const file = { name: 'f', content: 'abc' };
  test.each([
    { what: 'nothing at all', bytes: new Uint8Array(), error: 'it ends in the middle: it is cut short' },
    { what: 'no end mark', bytes: memberOf(file), error: 'it ends in the middle: it is cut short' },
    { what: 'a cut header', bytes: memberOf(file).subarray(0, 400), error: 'it ends in the middle: it is cut short' },
    {
      what: 'cut content',
      bytes: memberOf({ ...file, declaredSize: 5000 }),
      error: 'it ends in the middle: it is cut short',
    },
    { what: 'a wrong sum', bytes: tarOf({ ...file, sumError: 1 }), error: 'it has a header whose sum is wrong' },
    {
      what: 'a size in words',
      bytes: tarOf({ ...file, declaredSize: 'three' }),
      error: 'it has a number that is not octal',
    },
    {
      what: 'a negative size',
      bytes: tarOf({ ...file, declaredSize: '-0000000001' }),
      error: 'it has a number that is not octal',
    },
    {
      what: 'a size in binary',
      bytes: tarOf({ ...file, declaredSize: '\x80\0\0\0\0\0\0\0\0\0\0\x03' }),
      error: 'it has a number that is not octal',
    },
    {
      what: 'two sizes',
      bytes: tarOf(paxOf({ size: '4' }), file),
      error: 'it has a member of 3 bytes that claims to have 4',
    },
    {
      what: 'a size that is none',
      bytes: tarOf(paxOf({ size: '1e3' }), file),
      error: 'it has a size that is no number',
    },
    {
      what: 'a name of megabytes',
      bytes: tarOf({ name: 'x', type: 'L', declaredSize: 2_000_000 }),
      error: 'it has a name or extension of 2000000 bytes, expected 65536 at most',
    },
    {
      what: 'a name for all members',
      bytes: tarOf(paxOf({ path: 'f' }, 'g'), file),
      error: 'it has one name or size for all members',
    },
    { what: 'holes', bytes: tarOf(paxOf({ 'GNU.sparse.major': '1' }), file), error: 'it has a file with holes' },
    {
      what: 'a folder with content',
      bytes: tarOf({ name: 'f/', type: '5', content: 'abc' }),
      error: 'it has a folder with content of its own',
    },
    ...['9 a=b\n', '6 a=b', '0 a=b\n', ' a=b\n', '-6 a=b\n', '5 =b\n', '99', 'x'].map((content) => ({
      what: `the pax header ${JSON.stringify(content)}`,
      bytes: tarOf({ name: 'p', type: 'x', content }, file),
      error: 'it has a pax header that is damaged',
    })),
  ])('$what', async ({ bytes, error }) => {
    await expect(read(bytes)).rejects.toThrow(new RangeError(error));
  });
});
