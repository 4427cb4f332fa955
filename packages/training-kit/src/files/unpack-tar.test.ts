import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endMark, type FixtureMember, gnuLongName, memberOf, paxOf, tarOf } from '../../test/tar-fixture.js';
import { DataError } from '../errors.js';
import { unpackTarGz } from './unpack-tar.js';

let parent = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'unpack-tar-'));
  mkdirSync(join(parent, 'data'));
});
afterEach(() => {
  rmSync(parent, { recursive: true });
});

const files = new Map([
  ['a.bin', 3],
  ['b.bin', 600],
]);
const a: FixtureMember = { name: 'set/a.bin', content: 'aaa' };
const b: FixtureMember = { name: 'set/b.bin', content: 'b'.repeat(600) };

/** Unpacks `bytes` as parent/data/set.tar.gz into parent/data/set. */
function unpack(bytes: Uint8Array): Promise<void> {
  const archive = join(parent, 'data', 'set.tar.gz');
  writeFileSync(archive, bytes);
  return unpackTarGz({ archive, folder: join(parent, 'data', 'set'), archiveFolder: 'set', files });
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return (error as DataError).message.replaceAll(parent, 'PARENT');
}

/** All that lies in the parent of the target's parent. */
function everything(): string[] {
  return readdirSync(parent, { recursive: true }).map(String).sort();
}

describe('unpacking', () => {
  test.each<{ what: string; members: FixtureMember[] }>([
    { what: 'the files', members: [a, b] },
    { what: 'in another order, with their folder', members: [{ name: 'set/', type: '5' }, b, a] },
    {
      what: 'behind a dot',
      members: [
        { name: './', type: '5' },
        { ...a, name: './set/a.bin' },
        { ...b, name: 'set/./b.bin' },
      ],
    },
    {
      what: 'with long names',
      members: [gnuLongName('set/a.bin'), { ...a, name: 'x' }, paxOf({ path: 'set/b.bin' }), { ...b, name: 'x' }],
    },
    {
      what: 'among others',
      members: [
        a,
        { name: 'set/readme', content: '?' },
        { name: 'a.bin' },
        { name: 'other/a.bin' },
        b,
        { name: 'set/in/a.bin' },
      ],
    },
  ])('$what', async ({ members }) => {
    await unpack(gzipSync(tarOf(...members)));
    expect(everything()).toEqual(['data', 'data/set', 'data/set.tar.gz', 'data/set/a.bin', 'data/set/b.bin']);
    expect(readFileSync(join(parent, 'data', 'set', 'a.bin'), 'utf8')).toBe('aaa');
    expect(readFileSync(join(parent, 'data', 'set', 'b.bin'), 'utf8')).toBe('b'.repeat(600));
  });

  test('what a killed one left is removed, links in it are not followed', async () => {
    const left = join(parent, 'data', '.set.unpacking');
    mkdirSync(left);
    writeFileSync(join(parent, 'precious'), 'mine');
    symlinkSync(join(parent, 'precious'), join(left, 'a.bin'));
    await unpack(gzipSync(tarOf(a, b)));
    expect(readdirSync(join(parent, 'data')).sort()).toEqual(['set', 'set.tar.gz']);
    expect(readFileSync(join(parent, 'precious'), 'utf8')).toBe('mine');
  });

  test('an empty folder that is there becomes the target', async () => {
    mkdirSync(join(parent, 'data', 'set'));
    await unpack(gzipSync(tarOf(a, b)));
    expect(readdirSync(join(parent, 'data', 'set')).sort()).toEqual(['a.bin', 'b.bin']);
  });

  test('a folder with something in it is left alone', async () => {
    mkdirSync(join(parent, 'data', 'set'));
    writeFileSync(join(parent, 'data', 'set', 'a.bin'), 'old');
    expect(await messageOf(unpack(gzipSync(tarOf(a, b))))).toBe(
      'Cannot unpack into PARENT/data/set: it is not empty. Move it away, or name another folder.',
    );
    expect(everything()).toEqual(['data', 'data/set', 'data/set.tar.gz', 'data/set/a.bin']);
  });
});

describe('refused, with nothing written anywhere', () => {
  const link = (type: string, name: string): FixtureMember => ({ name, type, linkName: '../../precious' });
  const whole = gzipSync(tarOf(a, b));
  const wrongSum = Buffer.from(whole);
  wrongSum[wrongSum.length - 8]! ^= 1;
  const zeros = new Uint8Array(32 * 1024 * 1024);

  test.each<{ what: string; bytes: Uint8Array; error: string }>([
    {
      what: 'a symbolic link',
      bytes: gzipSync(tarOf(link('2', 'set/a.bin'), a, b)),
      error: 'it holds "set/a.bin", which is neither a file nor a folder',
    },
    {
      what: 'a link in place of the folder',
      bytes: gzipSync(tarOf(link('2', 'set'), a, b)),
      error: 'it holds "set", which is neither a file nor a folder',
    },
    {
      what: 'a hard link after the files',
      bytes: gzipSync(tarOf(a, b, link('1', 'set/c'))),
      error: 'it holds "set/c", which is neither a file nor a folder',
    },
    ...['3', '4', '6', '7', 'S', 'Z'].map((type) => ({
      what: `a member of type ${type}`,
      bytes: gzipSync(tarOf(a, b, { name: 'dev', type })),
      error: 'it holds "dev", which is neither a file nor a folder',
    })),
    ...[
      '/etc/cron.d/x',
      '../x',
      'set/../../x',
      'set/..',
      '..',
      'C:x',
      'c:/x',
      '\\\\host\\x',
      'set\\..\\x',
      '/../x',
    ].map((name) => ({
      what: `the name ${name}`,
      bytes: gzipSync(tarOf(a, b, { name, content: 'x' })),
      error: `it holds ${JSON.stringify(name)}, a name that leads out of its folder`,
    })),
    {
      what: 'a pax name that leads out',
      bytes: gzipSync(tarOf(paxOf({ path: '../../x' }), a, b)),
      error: 'it holds "../../x", a name that leads out of its folder',
    },
    {
      what: 'a GNU name that leads out',
      bytes: gzipSync(tarOf(gnuLongName(`${'../'.repeat(60)}x`), a, b)),
      error: `it holds "${'../'.repeat(26)}.…, a name that leads out of its folder`,
    },
    {
      what: 'a name with a zero byte in it',
      bytes: gzipSync(tarOf(paxOf({ path: 'set/a.bin\0.txt' }), a, b)),
      error: 'it holds "set/a.bin\\u0000.txt", a name that leads out of its folder',
    },
    { what: 'no name', bytes: gzipSync(tarOf(a, b, { name: '' })), error: 'it holds a file without a name' },
    { what: 'a file twice', bytes: gzipSync(tarOf(a, b, a)), error: 'it holds "set/a.bin" twice' },
    {
      what: 'a file twice under two names',
      bytes: gzipSync(tarOf(a, b, { ...a, name: './set//a.bin' })),
      error: 'it holds "./set//a.bin" twice',
    },
    { what: 'a missing file', bytes: gzipSync(tarOf(a)), error: 'it lacks b.bin, expected in set/' },
    {
      what: 'a file that is too small',
      bytes: gzipSync(tarOf(a, { ...b, content: 'b' })),
      error: '"set/b.bin" has 1 bytes, expected 600',
    },
    {
      what: 'a file that claims too much',
      bytes: gzipSync(tarOf({ ...a, declaredSize: '77777777777\0' }, b)),
      error: '"set/a.bin" has 8 589 934 591 bytes, expected 3',
    },
    {
      what: 'a bomb of zeros, 1000 to 1',
      bytes: gzipSync(Buffer.concat([memberOf({ name: 'bomb', declaredSize: zeros.length }), zeros])),
      error: 'it unpacks to more than 1 049 179 bytes',
    },
    {
      what: 'a bomb behind the end',
      bytes: gzipSync(Buffer.concat([tarOf(a, b), zeros])),
      error: 'it unpacks to more than 1 049 179 bytes',
    },
    {
      what: 'a bomb of empty members',
      bytes: gzipSync(Buffer.concat([...new Array<Buffer>(3000).fill(memberOf({ name: 'x' })), endMark])),
      error: 'it unpacks to more than 1 049 179 bytes',
    },
    {
      what: 'a cut gzip file',
      bytes: whole.subarray(0, -20),
      error: 'it is no whole gzip file (unexpected end of file)',
    },
    { what: 'a wrong gzip sum', bytes: wrongSum, error: 'it is no whole gzip file (incorrect data check)' },
    {
      what: 'no gzip file',
      bytes: Buffer.from('<html>not found</html>'),
      error: 'it is no whole gzip file (incorrect header check)',
    },
    { what: 'an empty file', bytes: new Uint8Array(), error: 'it is no whole gzip file (unexpected end of file)' },
    { what: 'an empty gzip file', bytes: gzipSync(''), error: 'it ends in the middle: it is cut short' },
    {
      what: 'a cut tar archive',
      bytes: gzipSync(tarOf(a, b).subarray(0, 1600)),
      error: 'it ends in the middle: it is cut short',
    },
    {
      what: 'a tar header with a wrong sum',
      bytes: gzipSync(tarOf(a, { ...b, sumError: 1 })),
      error: 'it has a header whose sum is wrong',
    },
  ])('$what', async ({ bytes, error }) => {
    writeFileSync(join(parent, 'precious'), 'mine');
    const expected = `Cannot unpack PARENT/data/set.tar.gz: ${error}.\nNothing of it was kept. Fetch the archive anew.`;
    expect(await messageOf(unpack(bytes))).toBe(expected);
    expect(everything()).toEqual(['data', 'data/set.tar.gz', 'precious']);
    expect(readFileSync(join(parent, 'precious'), 'utf8')).toBe('mine');
  });

  test('a missing archive', async () => {
    const archive = join(parent, 'none.tar.gz');
    const options = { archive, folder: join(parent, 'data', 'set'), archiveFolder: 'set', files };
    expect(await messageOf(unpackTarGz(options))).toBe(
      'Cannot unpack PARENT/none.tar.gz: there is no such file or folder.\nNothing of it was kept. Fetch the archive anew.',
    );
  });

  test('a target whose parent is gone', async () => {
    writeFileSync(join(parent, 'set.tar.gz'), whole);
    const folder = join(parent, 'gone', 'set');
    expect(
      await messageOf(unpackTarGz({ archive: join(parent, 'set.tar.gz'), folder, archiveFolder: 'set', files })),
    ).toBe(
      'Cannot write PARENT/gone/.set.unpacking: there is no such file or folder.\n' +
        'Mend that and run the same command again: what is finished is not done twice.',
    );
  });
});
