import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { codeOf, DataError } from '../errors.js';
import { cifar100Format, type CifarFormat, readCifar } from './cifar.js';
import { type CifarArchive, cifarArchives, fetchCifar } from './cifar-archive.js';

const format: CifarFormat = { ...cifar100Format, trainRecords: 3, testRecords: 1 };
const files = new Map([
  ['train.bin', Buffer.alloc(3 * 3074, 7)],
  ['test.bin', Buffer.alloc(3074, 9)],
  ['fine_label_names.txt', Buffer.from('apple\n')], // the official archive has more than is read
]);

let hasTar = true;
let packed = Buffer.alloc(0);
let server: Server;
let numRequests = 0;
let archive: CifarArchive;
beforeAll(async () => {
  packed = pack([...files.keys()]);
  server = createServer((_, response) => {
    numRequests++;
    response.end(packed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${format.archive}`;
  archive = { format, url, sizeBytes: packed.length, md5: createHash('md5').update(packed).digest('hex') };
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
});

let folder = '';
beforeEach(({ skip }) => {
  if (!hasTar) skip('there is no tar here');
  folder = mkdtempSync(join(tmpdir(), 'cifar-archive-'));
  numRequests = 0;
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** As the authors packed theirs: by the system's tar. */
function pack(names: readonly string[]): Buffer<ArrayBuffer> {
  const home = mkdtempSync(join(tmpdir(), 'cifar-pack-'));
  try {
    mkdirSync(join(home, format.folder));
    for (const name of names) writeFileSync(join(home, format.folder, name), files.get(name)!);
    execFileSync('tar', ['-czf', 'set.tar.gz', format.folder], { cwd: home });
    return readFileSync(join(home, 'set.tar.gz'));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    hasTar = false;
    return Buffer.alloc(0);
  } finally {
    rmSync(home, { recursive: true });
  }
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return (error as DataError).message.replaceAll(folder, 'DIR');
}

test('a set is fetched, unpacked and readable', async () => {
  const data = join(folder, 'data');
  const home = join(data, 'cifar-100-binary');
  expect(await fetchCifar(archive, data)).toEqual({ folder: home, wasThere: false });
  expect(readdirSync(data).sort()).toEqual(['cifar-100-binary', 'cifar-100-binary.tar.gz']);
  expect(readdirSync(home).sort()).toEqual(['test.bin', 'train.bin']);
  const { train, test } = await readCifar(format, data);
  expect([...train.labels, ...test.labels]).toEqual([7, 7, 7, 9]);
});

test('what is there is not fetched again: the folder, or an archive put there by hand', async () => {
  writeFileSync(join(folder, format.archive), packed);
  expect(await fetchCifar(archive, folder)).toMatchObject({ wasThere: false });
  rmSync(join(folder, format.archive));
  expect(await fetchCifar(archive, folder)).toMatchObject({ wasThere: true });
  expect(numRequests).toBe(0);
});

test('a folder that is not complete is left alone, and nothing is fetched', async () => {
  await fetchCifar(archive, folder);
  rmSync(join(folder, format.folder, 'test.bin'));
  expect(await messageOf(fetchCifar(archive, folder))).toBe(
    'DIR/cifar-100-binary is not complete: test.bin is missing, expected 3 074 bytes.\n' +
      'Move that folder away and run the same command again.',
  );
  writeFileSync(join(folder, format.folder, 'train.bin'), 'short');
  expect(await messageOf(fetchCifar(archive, folder))).toContain('train.bin has 5 bytes, expected 9 222 bytes.');
  expect(numRequests).toBe(1);
});

test('an archive of the wrong kind is put aside', async () => {
  const message = await messageOf(fetchCifar({ ...archive, md5: '0'.repeat(32) }, folder));
  expect(message).toContain(`DIR/cifar-100-binary.tar.gz is not the file expected`);
  expect(readdirSync(folder)).toEqual(['cifar-100-binary.tar.gz.wrong']);
});

test('an archive without one of the files leaves no folder', async () => {
  const half = pack(['train.bin']);
  writeFileSync(join(folder, format.archive), half);
  const source = { ...archive, sizeBytes: half.length, md5: createHash('md5').update(half).digest('hex') };
  expect(await messageOf(fetchCifar(source, folder))).toBe(
    'Cannot unpack DIR/cifar-100-binary.tar.gz: it lacks test.bin, expected in cifar-100-binary/.\n' +
      'Nothing of it was kept. Fetch the archive anew.',
  );
  expect(readdirSync(folder)).toEqual(['cifar-100-binary.tar.gz']);
});

test('the official archives', () => {
  expect(Object.values(cifarArchives).map(({ url, sizeBytes, md5 }) => [url, sizeBytes, md5])).toEqual([
    ['https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz', 170_052_171, 'c32a1d4ab5d03f1284b67883e8d87530'],
    ['https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz', 168_513_733, '03b5dce01913d631647c71ecec9e9cb8'],
  ]);
});
