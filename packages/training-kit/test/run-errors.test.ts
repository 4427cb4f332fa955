// What a real machine does to a run: the disk fills up, the folder is locked, files are damaged. Each is one clear error,
// and what was written before is still good.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open as openFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSafetensors, type SafetensorsTensor } from 'rpg-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readCheckpoint } from '../src/checkpoint/checkpoint.js';
import { ConfigError, DataError } from '../src/errors.js';
import { openRun, type Run } from '../src/run/run-folder.js';
import { mountTinyDisk, type TinyDisk } from './tiny-disk.js';

let parent = '';
let printed: string[] = [];
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'run-errors-'));
  printed = [];
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(parent, { recursive: true });
});

const config = { learningRate: 0.1, width: 4 };

function open(folder: string, resume = false, changed: object = {}): Promise<Run> {
  return openRun({
    folder,
    config: { ...config, ...changed },
    seed: 1,
    backend: {},
    resume,
    resumeRules: { checkpointEvery: 'free' },
    print: (line) => printed.push(readable(line)),
  });
}

/** Logs and saves a step, whose checkpoint holds `numBytes` of zeros. */
async function makeStep(run: Run, step: number, numBytes = 400): Promise<void> {
  run.log(step, { loss: 1 / step });
  const tensor: SafetensorsTensor = { dtype: 'U8', shape: [numBytes], data: new Uint8Array(numBytes) };
  await run.save(step, { tensors: new Map([['w', tensor]]), metadata: {} });
}

async function messageOf(promise: Promise<unknown>, kind: typeof ConfigError | typeof DataError): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(kind);
  return readable((error as Error).message);
}

function readable(text: string): string {
  return text.replaceAll(parent, 'DIR').replace(/\/\S*\/tiny-disk-\w+/g, 'DISK');
}

function checkpointsIn(folder: string): string[] {
  return readdirSync(join(folder, 'checkpoints')).sort();
}

const FULL_DISK = 'the disk is full. Free some space and go on with --resume; the files written before are intact.';

describe('a full disk', () => {
  let disk: TinyDisk | undefined;
  afterEach(() => {
    disk?.remove();
    disk = undefined;
  });

  test('(a real one) ends the save; the older checkpoint is good and the run goes on when there is space', async ({
    skip,
  }) => {
    disk = mountTinyDisk(256 * 1024);
    if (disk === undefined) skip('mounting a file system is not permitted here');
    const folder = join(disk!.folder, 'run');
    const run = await open(folder);
    await makeStep(run, 1);
    const file = 'checkpoints/step-00000002.safetensors';
    expect(await messageOf(makeStep(run, 2, 300_000), DataError)).toBe(`Cannot write DISK/run/${file}: ${FULL_DISK}`);
    expect(checkpointsIn(folder)).toEqual(['step-00000001.safetensors']);

    const resumed = await open(folder, true);
    expect((await resumed.resume())?.step).toBe(1);
    await makeStep(resumed, 2);
    expect(resumed.history().map(({ step }) => step)).toEqual([1, 2]);
    expect(checkpointsIn(folder)).toEqual(['step-00000001.safetensors', 'step-00000002.safetensors']);
  });

  test('(a real one) ends the log at a whole line', async ({ skip }) => {
    disk = mountTinyDisk(128 * 1024);
    if (disk === undefined) skip('mounting a file system is not permitted here');
    const folder = join(disk!.folder, 'run');
    const run = await open(folder);
    await makeStep(run, 1);
    const filler = join(disk!.folder, 'filler');
    expect(() => {
      writeFileSync(filler, new Uint8Array(10 ** 6));
    }).toThrow('ENOSPC');
    const logAll = () => {
      for (let step = 2; step < 1000; step++) run.log(step, { loss: 1 / step });
    };
    expect(logAll).toThrow(DataError);
    expect(logAll).toThrow(FULL_DISK);
    const numLogged = run.history().length;
    expect(numLogged).toBeGreaterThan(0);

    rmSync(filler);
    const resumed = await open(folder, true);
    expect((await resumed.resume())?.step).toBe(1);
    expect(resumed.history().map(({ step }) => step)).toEqual([1]);
  });

  test('(of the system, for any user) ends the log', async ({ skip }) => {
    if (!existsSync('/dev/full')) skip('this system has no /dev/full');
    const run = await open(join(parent, 'run'));
    symlinkSync('/dev/full', join(parent, 'run', 'metrics.jsonl'));
    expect(() => {
      run.log(1, { loss: 1 });
    }).toThrow(`Cannot write ${join(parent, 'run', 'metrics.jsonl')}: ${FULL_DISK}`);
  });

  test('(put on) ends the save and leaves nothing half-made', async () => {
    const folder = join(parent, 'run');
    const run = await open(folder);
    await makeStep(run, 1);
    const handle = await openFile(join(parent, 'x'), 'w');
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    // Some systems tell only then. The first is that of the log.
    vi.spyOn(prototype, 'sync').mockResolvedValueOnce(undefined).mockRejectedValueOnce(full);
    const file = 'checkpoints/step-00000002.safetensors';
    expect(await messageOf(makeStep(run, 2), DataError)).toBe(`Cannot write DIR/run/${file}: ${FULL_DISK}`);
    expect(checkpointsIn(folder)).toEqual(['step-00000001.safetensors']);
    expect((await (await open(folder, true)).resume())?.step).toBe(1);
  });
});

const isRoot = process.getuid?.() === 0;

describe.skipIf(isRoot)(
  `a folder that may not be written${isRoot ? ' (skipped: root may write anywhere)' : ''}`,
  () => {
    const noPermission = 'no permission. Make its folder writable, or choose another run folder.';

    test('ends the start', async () => {
      chmodSync(parent, 0o555);
      expect(await messageOf(open(join(parent, 'run')), DataError)).toBe(`Cannot write DIR/run: ${noPermission}`);
      chmodSync(parent, 0o755);
    });

    test('ends the save; the older checkpoint is good and the run goes on when it may write', async () => {
      const folder = join(parent, 'run');
      const run = await open(folder);
      await makeStep(run, 1);
      chmodSync(join(folder, 'checkpoints'), 0o555);
      const file = 'checkpoints/step-00000002.safetensors';
      expect(await messageOf(makeStep(run, 2), DataError)).toBe(`Cannot write DIR/run/${file}: ${noPermission}`);
      chmodSync(join(folder, 'checkpoints'), 0o755);
      expect(checkpointsIn(folder)).toEqual(['step-00000001.safetensors']);
      expect((await (await open(folder, true)).resume())?.step).toBe(1);
    });
  },
);

describe('a checkpoint at resume', () => {
  const newest = 'DIR/run/checkpoints/step-00000002.safetensors';

  async function runOfTwoSteps(): Promise<{ folder: string; file: string }> {
    const folder = join(parent, 'run');
    const run = await open(folder);
    await makeStep(run, 1);
    await makeStep(run, 2);
    return { folder, file: join(folder, 'checkpoints', 'step-00000002.safetensors') };
  }

  /** A file that is right in all but what it says; `description` stands for step, config and metadata. */
  function checkpointOf(description: string): Uint8Array {
    const none = '0'.repeat(64);
    const bytes = Buffer.from(encodeSafetensors(new Map(), { sha256: none, checkpoint: description }));
    const text = bytes.toString('latin1');
    const sum = createHash('sha256').update(text, 'latin1').digest('hex');
    return Buffer.from(text.replace(none, sum), 'latin1');
  }

  test.each<{ what: string; damage: (file: string) => void; error: string }>([
    {
      what: 'cut short',
      damage: (file) => {
        truncateSync(file, statSync(file).size - 100);
      },
      error: 'The safetensors file holds 300 bytes of data, its header describes 400: it is cut short or too long.',
    },
    {
      what: 'empty',
      damage: (file) => {
        truncateSync(file, 0);
      },
      error: 'Not a safetensors file: 0 bytes, expected at least 8.',
    },
    {
      what: 'with one bit changed',
      damage: (file) => {
        const bytes = readFileSync(file);
        bytes[bytes.length - 1]! ^= 1;
        writeFileSync(file, bytes);
      },
      error: 'its bytes are not those that were written (SHA-256 differs).',
    },
    {
      what: 'with a header of absurd length',
      damage: (file) => {
        writeFileSync(file, Buffer.concat([Buffer.alloc(8, 0xff), readFileSync(file).subarray(8)]));
      },
      error: expect.stringMatching(
        /^Not a safetensors file: the header says it has 18446744073709551615 bytes, expected from 2 to \d+\.$/,
      ) as string,
    },
    {
      what: 'with a description that nests without end',
      damage: (file) => {
        writeFileSync(file, checkpointOf('['.repeat(10_000) + ']'.repeat(10_000)));
      },
      error: 'its description is not JSON, or not ours.',
    },
    {
      what: 'with a step before the first',
      damage: (file) => {
        writeFileSync(file, checkpointOf('{"formatVersion":1,"step":-1,"config":{},"configHash":"","metadata":{}}'));
      },
      error: 'its description lacks step, config or metadata.',
    },
  ])('$what is passed over for the one before, and kept beside it', async ({ damage, error }) => {
    const { folder, file } = await runOfTwoSteps();
    damage(file);
    printed = [];
    const run = await open(folder, true);
    expect((await run.resume())?.step).toBe(1);
    const [note = '', ...others] = printed;
    const [start, end] = [`The checkpoint ${newest} is damaged: `, ' Use an older one. Going on from the one before.'];
    expect([note.slice(0, start.length), note.slice(-end.length)]).toEqual([start, end]);
    expect(note.slice(start.length, -end.length)).toEqual(error);
    expect(others).toEqual(['Resumed from step 1.']);
    expect(checkpointsIn(folder)).toEqual(['step-00000001.safetensors', 'step-00000002.safetensors.damaged']);
    expect(run.history().map(({ step }) => step)).toEqual([1]);
  });

  test('that is the only one and damaged ends the start, and is left as it is', async () => {
    const { folder, file } = await runOfTwoSteps();
    rmSync(join(folder, 'checkpoints', 'step-00000001.safetensors'));
    truncateSync(file, 4);
    expect(await messageOf((await open(folder, true)).resume(), DataError)).toBe(
      'None of the 1 checkpoints in DIR/run/checkpoints can be used; start a new run in a new folder.\n' +
        `The checkpoint ${newest} is damaged: Not a safetensors file: 4 bytes, expected at least 8. Use an older one.`,
    );
    expect(checkpointsIn(folder)).toEqual(['step-00000002.safetensors']);
  });

  test('of other settings is refused, and left as it is', async () => {
    const { folder } = await runOfTwoSteps();
    const other = join(parent, 'other');
    const run = await open(other, false, { width: 8 });
    await makeStep(run, 1);
    rmSync(join(other, 'checkpoints'), { recursive: true });
    symlinkSync(join(folder, 'checkpoints'), join(other, 'checkpoints'));
    expect(await messageOf((await open(other, true, { width: 8 })).resume(), ConfigError)).toBe(
      'Cannot resume DIR/other/checkpoints/step-00000002.safetensors: the settings differ from those it was started with.\n' +
        '  width: was 4, is 8\n' +
        'Give the old values, or start a new run in a new folder. Free to change on resume: checkpointEvery.',
    );
    expect((await readCheckpoint(join(folder, 'checkpoints', 'step-00000002.safetensors'))).step).toBe(2);
  });

  test('folder that is a file ends the start', async () => {
    const { folder } = await runOfTwoSteps();
    rmSync(join(folder, 'checkpoints'), { recursive: true });
    writeFileSync(join(folder, 'checkpoints'), '');
    expect(await messageOf((await open(folder, true)).resume(), DataError)).toMatch(
      /^Cannot read the checkpoints in DIR\/run\/checkpoints: ENOTDIR/,
    );
  });
});

describe('settings at resume', () => {
  test('that differ are named, and the run is left as it is', async () => {
    const folder = join(parent, 'run');
    await makeStep(await open(folder), 1);
    const before = readFileSync(join(folder, 'config.json'), 'utf8');
    expect(await messageOf(open(folder, true, { learningRate: 0.2, extra: true }), ConfigError)).toBe(
      'Cannot resume DIR/run: the settings differ from those it was started with.\n' +
        '  learningRate: was 0.1, is 0.2\n' +
        '  extra: was not set, is true\n' +
        'Give the old values, or start a new run in a new folder. Free to change on resume: checkpointEvery.',
    );
    expect(readFileSync(join(folder, 'config.json'), 'utf8')).toBe(before);
  });

  test('without a record cannot be compared', async () => {
    mkdirSync(join(parent, 'run', 'checkpoints'), { recursive: true });
    expect(await messageOf(open(join(parent, 'run'), true), ConfigError)).toBe(
      'Cannot resume DIR/run: it has no config.json, so it is no run folder. Name another.',
    );
  });
});

test('a loss that is no number stops the run; the older checkpoint is there to go on from', async () => {
  const folder = join(parent, 'run');
  const run = await open(folder);
  await makeStep(run, 1);
  expect(() => {
    run.log(2, { loss: NaN });
  }).toThrow(
    'The loss is NaN at step 2; the run stops. A lower learning rate or a longer warm-up usually helps. ' +
      `Checkpoints from before are in ${join(folder, 'checkpoints')}.`,
  );
  const resumed = await open(folder, true);
  expect((await resumed.resume())?.step).toBe(1);
  expect(resumed.history().map(({ step }) => step)).toEqual([1]);
});
