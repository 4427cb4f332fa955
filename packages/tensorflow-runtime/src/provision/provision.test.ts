import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { packageFolder } from '../../test/child-process.js';
import { fakeMachine } from '../../test/fake-machine.js';
import { downloadBytes, fakeBuild, fakeRelease } from '../../test/fake-release.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { smallWheel } from '../../test/zip-fixture.js';
import { readContents } from './cache-contents.js';
import { type CachePaths, cachePaths } from './cache-folder.js';
import type { Phase } from './progress.js';
import { provision, type ProvisionOptions } from './provision.js';

const folder = temporaryFolder();
let numCases = 0;

/** Options for a cache of its own, in which everything works. */
function freshCase(changes: ProvisionOptions = {}): ProvisionOptions & { root: string } {
  const root = join(folder, `case-${numCases++}`);
  return {
    root,
    flavour: 'cpu',
    release: fakeRelease,
    machine: fakeMachine(),
    download: downloadBytes(),
    build: fakeBuild,
    ...changes,
  };
}

test('provisioning leaves the library and the addon, and nothing else', async () => {
  const options = freshCase();
  const result = await provision(options);
  const paths = cachePaths('cpu', options.root);
  expect(result).toEqual({ status: 'provisioned', paths });
  expect(readFileSync(paths.addon, 'utf8')).toBe('addon');
  expect(existsSync(join(paths.headers, 'tensorflow/c/c_api.h'))).toBe(true);
  expect(readdirSync(options.root)).toEqual([`2.21.0-cpu-${process.platform}-${process.arch}`]);
});

test('the second time nothing is asked, fetched or built', async () => {
  const options = freshCase();
  await provision(options);
  const never = (): Promise<never> => Promise.reject(new Error('not again'));
  const again = await provision({ ...options, machine: fakeMachine({ run: never }), download: never, build: never });
  expect(again.status).toBe('ready');
});

test('what the machine lacks is said, and nothing is written', async () => {
  const options = freshCase({ machine: fakeMachine({ missing: ['pip', 'g++', 'c++', 'clang++'] }) });
  const result = await provision(options);
  expect(result.status === 'unavailable' && result.problem).toMatch(/^python3 has no pip.*\n\nNo C\+\+ compiler/s);
  expect(existsSync(options.root)).toBe(false);
});

test('an unreachable package index leaves nothing', async () => {
  const options = freshCase({ download: () => Promise.resolve({ status: 'unreachable', reason: 'no network' }) });
  expect(await provision(options)).toEqual({ status: 'unavailable', problem: 'no network' });
  expect(readdirSync(options.root)).toEqual([]);
});

test('a wheel that is not the pinned one is an error and leaves nothing', async () => {
  const options = freshCase({ download: downloadBytes(Buffer.from('another file')) });
  await expect(provision(options)).rejects.toThrow(
    /^The downloaded tensorflow-cpu 2\.21\.0 is not the expected file: SHA-256 .* \(12 bytes\), expected /,
  );
  expect(readdirSync(options.root)).toEqual([]);
});

test('a download that throws leaves nothing', async () => {
  const options = freshCase({ download: () => Promise.reject(new Error('broke off')) });
  await expect(provision(options)).rejects.toThrow('broke off');
  expect(readdirSync(options.root)).toEqual([]);
});

test('a failed build keeps the library, so that mending the compiler costs no second download', async () => {
  const options = freshCase({ build: () => Promise.resolve('g++ cannot') });
  expect(await provision(options)).toEqual({ status: 'unavailable', problem: 'g++ cannot' });
  const never = (): Promise<never> => Promise.reject(new Error('not again'));
  expect(await provision({ ...options, build: fakeBuild, download: never })).toMatchObject({ status: 'provisioned' });
});

test('stopping while the addon is built leaves no half-made addon', async () => {
  const stop = new AbortController();
  const options = freshCase({
    signal: stop.signal,
    build: ({ output, signal }) => {
      writeFileSync(join(output, 'half.o'), '');
      stop.abort(new Error('Stopped.'));
      signal?.throwIfAborted();
      return Promise.resolve(null);
    },
  });
  await expect(provision(options)).rejects.toThrow('Stopped.');
  const library = `2.21.0-cpu-${process.platform}-${process.arch}`;
  expect(readdirSync(options.root)).toEqual([library]);
  expect(readdirSync(join(options.root, library))).toEqual(['contents.json', 'tensorflow']);
});

describe('a cache that is damaged', () => {
  const never = (): Promise<never> => Promise.reject(new Error('not needed'));

  const cut = (file: string): void => {
    truncateSync(file, 3);
  };
  const flip = (file: string): void => {
    writeFileSync(file, readFileSync(file).reverse());
  };
  const remove = (file: string): void => {
    rmSync(file);
  };
  const removeList = (addon: string): void => {
    rmSync(join(dirname(addon), 'contents.json'));
  };

  /** A provisioned cache with an addon of another checkout beside ours. */
  async function provisionedCase(): Promise<ReturnType<typeof freshCase> & { paths: CachePaths; lines: string[] }> {
    const lines: string[] = [];
    const phase = (): Phase => ({ update: () => undefined, end: () => undefined });
    const options = freshCase({ progress: { line: (text) => lines.push(text), phase } });
    await provision(options);
    const paths = cachePaths('cpu', options.root);
    mkdirSync(join(paths.library, 'addon', 'other'));
    lines.length = 0;
    return { ...options, paths, lines };
  }

  test.each([
    { name: 'cut short', spoil: cut },
    { name: 'with flipped bytes', spoil: flip },
    { name: 'gone', spoil: remove },
  ])('a library $name is fetched anew, and addons stay', async ({ spoil }) => {
    const { paths, lines, ...options } = await provisionedCase();
    const file = join(paths.library, 'tensorflow', 'libtensorflow_cc.so.2');
    spoil(file);
    expect((await provision({ ...options, build: never })).status).toBe('provisioned');
    expect(readFileSync(file, 'utf8')).toBe('library');
    expect(readFileSync(paths.addon, 'utf8')).toBe('addon');
    expect(readdirSync(join(paths.library, 'addon')).sort()).toEqual(['other', basename(dirname(paths.addon))]);
    expect(lines[0]).toBe(
      `TensorFlow's library in ${paths.library} is damaged, or older than its list of files; fetching it anew.`,
    );
    expect(readdirSync(options.root)).toHaveLength(1);
    expect((await provision({ ...options, build: never, download: never })).status).toBe('ready');
  });

  test.each([
    { name: 'cut short', spoil: cut },
    { name: 'with flipped bytes', spoil: flip },
    { name: 'without its list', spoil: removeList },
  ])('an addon $name is compiled anew, and nothing is fetched', async ({ spoil }) => {
    const { paths, lines, ...options } = await provisionedCase();
    spoil(paths.addon);
    expect((await provision({ ...options, download: never })).status).toBe('provisioned');
    expect(readFileSync(paths.addon, 'utf8')).toBe('addon');
    expect(lines[0]).toBe(`The addon in ${dirname(paths.addon)} is damaged; compiling it anew.`);
    expect(readdirSync(options.root)).toHaveLength(1);
  });

  test('a library from before there were lists is kept when its known files are right, else fetched anew', async () => {
    const { paths, lines, ...options } = await provisionedCase();
    const list = join(paths.library, 'contents.json');
    const knownFiles = readContents(paths.library).files;
    rmSync(list);
    rmSync(dirname(paths.addon), { recursive: true });
    const release = { ...fakeRelease, knownFiles };
    expect((await provision({ ...options, release, download: never })).status).toBe('provisioned');
    expect(readContents(paths.library).files).toEqual(knownFiles);

    rmSync(list);
    expect((await provision({ ...options, build: never })).status).toBe('provisioned');
    expect(lines).toContain(
      `TensorFlow's library in ${paths.library} is damaged, or older than its list of files; fetching it anew.`,
    );
  });

  test('how the addon was built is kept', async () => {
    const { paths } = await provisionedCase();
    const { build } = readContents(dirname(paths.addon));
    expect(build?.compiler).toBe('g++ 12.2.0');
    expect(build?.flags).toContain('-ffp-contract=off');
  });
});

test.each(['ENOSPC', 'EDQUOT'])('a disk that is full meanwhile (%s) is what the machine lacks', async (code) => {
  const full = Object.assign(new Error(`${code}: no space left on device, write`), { code });
  const unpacking = new Error('Cannot unpack small.whl: no space.\nRun it again.', { cause: full });
  for (const error of [full, unpacking]) {
    const options = freshCase({ download: () => Promise.reject(error) });
    expect(await provision(options)).toEqual({
      status: 'unavailable',
      problem:
        `Cannot write to the cache folder: ${error.message.split('\n')[0] ?? ''}\n` +
        'Free some space, or let TENSORFLOW_RUNTIME_CACHE name a folder on another disk that you may write to.',
    });
    expect(readdirSync(options.root)).toEqual([]);
  }
});

test('a cache folder that cannot be written is named with its remedy', async () => {
  const parent = join(folder, 'a-file');
  writeFileSync(parent, '');
  const root = join(parent, 'cache');
  const result = await provision(freshCase({ root }));
  expect(result.status === 'unavailable' && result.problem).toMatch(
    /^Cannot write to the cache folder .*a-file\/cache: ENOTDIR.*\nLet TENSORFLOW_RUNTIME_CACHE name a folder you may write to\.$/,
  );
});

describe('several processes', () => {
  const wheel = join(folder, 'small.whl');
  writeFileSync(wheel, smallWheel());

  interface Child {
    readonly process: ChildProcess;
    readonly ended: Promise<string>;
    /** Resolves when the child has printed `text`. */
    said(text: string): Promise<void>;
  }

  function start(root: string, mode: 'slow' | 'stuck'): Child {
    const script = fileURLToPath(new URL('../../test/provision-child.mjs', import.meta.url));
    const child = spawn(process.execPath, [script, root, wheel, fakeRelease.wheels[0]!.sha256, mode], {
      cwd: packageFolder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    const ended = new Promise<string>((resolve) => {
      child.on('close', () => {
        resolve(output);
      });
    });
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      child.emit('said');
    });
    const said = (text: string): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (output.includes(text)) resolve();
        };
        child.on('said', look);
        look();
      });
    return { process: child, ended, said };
  }

  test('of two at once one does the work and the other waits for it', async () => {
    const root = join(folder, 'two');
    const first = start(root, 'slow');
    await first.said('downloading');
    const second = start(root, 'slow');
    await second.said(`Another process (${first.process.pid ?? 0}) is provisioning TensorFlow; waiting for it.`);
    writeFileSync(`${root}.go`, '');
    expect(await first.ended).toContain('status provisioned');
    expect(await second.ended).toContain('status ready');
    expect(readFileSync(`${root}.downloads`, 'utf8')).toBe(`${first.process.pid ?? 0}\n`);
    expect(readdirSync(root)).toHaveLength(1);
  });

  test('two that start in the same moment fetch once', async () => {
    const root = join(folder, 'same-moment');
    writeFileSync(`${root}.go`, '');
    const both = [start(root, 'slow'), start(root, 'slow')];
    const outputs = await Promise.all(both.map((child) => child.ended));
    expect(outputs.map((output) => /status (\w+)/.exec(output)?.[1]).sort()).toEqual(['provisioned', 'ready']);
    expect(readFileSync(`${root}.downloads`, 'utf8').trim().split('\n')).toHaveLength(1);
  });

  test('what a killed one had begun is removed by the next', async () => {
    const root = join(folder, 'killed');
    const killed = start(root, 'stuck');
    await killed.said('downloading');
    killed.process.kill('SIGKILL');
    await killed.ended;
    expect(readdirSync(root).some((name) => name.startsWith('.partial-'))).toBe(true);
    expect(existsSync(cachePaths('cpu', root).library)).toBe(false);

    const result = await provision(freshCase({ root }));
    expect(result.status).toBe('provisioned');
    expect(readdirSync(root)).toEqual([`2.21.0-cpu-${process.platform}-${process.arch}`]);
  });
});
