// A Python with the pinned PyTorch: made once per user in the cache folder, whole or not at all.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastLines, type RunProgram, runProgram } from 'tensorflow-runtime';
import { ConfigError } from 'training-kit/errors';

/** Python's part of this project. */
export const pythonFolder = fileURLToPath(new URL('../../python/', import.meta.url));

const requirementsFile = join(pythonFolder, 'requirements.txt');
/** What the wheels need while they are being unpacked beside pip's own copies. */
const NEEDED_BYTES = 8e9;
const OLDEST_MINOR = 11;
const NEWEST_MINOR = 14;
const OTHER_WAYS =
  'Or name a Python that has PyTorch by --python PATH, or leave PyTorch out by --variants ours (and native).';

export interface PythonOptions {
  /** The cache folder. */
  readonly folder: string;
  readonly run?: RunProgram;
  readonly freeBytes?: (folder: string) => Promise<number>;
  readonly onNotice: (line: string) => void;
}

/**
 * Finds or makes the environment.
 *
 * @returns path of its python
 * @throws Error when Python, venv, disk space or the package index is missing; it says which and how to mend it
 */
export async function preparePython(options: PythonOptions): Promise<string> {
  const { folder, run = runProgram, freeBytes = freeBytesOf, onNotice } = options;
  const version = await pythonVersion(run);
  const pins = createHash('sha256').update(await readFile(requirementsFile)).digest('hex').slice(0, 8); // prettier-ignore
  const environment = join(folder, `python-${version}-${pins}`);
  const python = join(environment, 'bin', 'python');
  if (existsSync(python)) return python;

  await mkdir(folder, { recursive: true });
  const free = await freeBytes(folder);
  if (free < NEEDED_BYTES) {
    throw new Error(
      `Not enough disk space for PyTorch in ${folder}: ${gigabytes(free)} free, expected ${gigabytes(NEEDED_BYTES)}.\n` +
        `Free some space, or let RPG_BENCH_CACHE name a folder on another disk. ${OTHER_WAYS}`,
    );
  }
  onNotice(`Installing PyTorch for Python ${version} into ${environment} (once; 4.4 GB on disk) …`);
  // Under another name until it is whole: an environment that is there can be used.
  const unfinished = `${environment}.${process.pid}.part`;
  try {
    await makeEnvironment(run, unfinished);
    await installPinned(run, join(unfinished, 'bin', 'python'));
    await rename(unfinished, environment);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(python)) throw error; // otherwise another process was faster
  }
  return python;
}

/** Checks that a Python named by the user has PyTorch. @throws ConfigError */
export async function checkOwnPython(python: string, run: RunProgram = runProgram): Promise<string> {
  const { code, isMissing, output } = await run(python, ['-c', 'import torch, numpy; print(torch.__version__)']);
  if (code === 0) return python;
  const why = isMissing ? 'there is no such program' : `it said:\n${lastLines(output, 3)}`;
  throw new ConfigError(
    'python',
    `--python ${python} cannot be used: ${why}\nExpected a Python that imports torch and numpy.`,
  );
}

async function pythonVersion(run: RunProgram): Promise<string> {
  const { code, output } = await run('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
  if (code !== 0) {
    throw new Error(
      'python3 was not found: the comparison runs PyTorch in it.\n' +
        `Install Python 3.${OLDEST_MINOR} or newer (Debian, Ubuntu: apt install python3 python3-venv). ${OTHER_WAYS}`,
    );
  }
  const version = output.trim();
  const [major, minor] = version.split('.').map(Number);
  if (major !== 3 || !(minor! >= OLDEST_MINOR && minor! <= NEWEST_MINOR)) {
    throw new Error(
      `python3 is Python ${version}, expected 3.${OLDEST_MINOR} to 3.${NEWEST_MINOR}: PyTorch is pinned for these.\n` +
        OTHER_WAYS,
    );
  }
  return version;
}

async function makeEnvironment(run: RunProgram, folder: string): Promise<void> {
  const { code, output } = await run('python3', ['-m', 'venv', folder]);
  if (code === 0) return;
  throw new Error(
    `python3 cannot make a virtual environment. It said:\n${lastLines(output, 4)}\n` +
      `Install its module venv with pip (Debian, Ubuntu: apt install python3-venv). ${OTHER_WAYS}`,
  );
}

async function installPinned(run: RunProgram, python: string): Promise<void> {
  const args = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--no-cache-dir'];
  const pins = ['--no-deps', '--require-hashes', '--only-binary=:all:', '-r', requirementsFile];
  const { code, output } = await run(python, [...args, ...pins]);
  if (code === 0) return;
  throw new Error(
    `pip cannot install PyTorch. It said:\n${lastLines(output, 4)}\n` +
      'Expected Linux on x86-64 and a package index with the versions of tools/bench/python/requirements.txt: check the ' +
      `network, the proxy and \`python3 -m pip config list\`, then run this again. ${OTHER_WAYS}`,
  );
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
