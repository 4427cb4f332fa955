// What provisioning needs from the machine, asked for before anything is fetched: each answer has its remedy.
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Compiler, compilerNames, findCompiler, missingCompiler } from './compiler.js';
import { lastLines, type ProgramResult, type RunProgram, runProgram } from './run-program.js';

/** The facts the checks are about; tests replace them. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** The C library's version, as '2.36'; null where it is not glibc. */
  readonly glibcVersion: string | null;
  /** Tried in this order; the first that answers is taken. */
  readonly compilers: readonly string[];
  readonly run: RunProgram;
  readonly freeBytes: (folder: string) => Promise<number>;
}

export interface Requirements {
  /** The C++ compiler that was found; null when none was. */
  readonly compiler: Compiler | null;
  /** One text per thing that is missing, each with its remedy; empty when all is there. */
  readonly missing: readonly string[];
}

const MIN_GLIBC = '2.27';
const MIN_PIP = '20.3';
const LOSS = 'Without it TensorFlow.js runs on WebAssembly: the same results, several times slower, no native kernels.';

export function thisMachine(env: NodeJS.ProcessEnv = process.env): Machine {
  return {
    platform: process.platform,
    arch: process.arch,
    glibcVersion: readGlibcVersion(),
    compilers: compilerNames(env),
    run: (command, args) => runProgram(command, args),
    freeBytes: async (folder) => {
      const { bavail, bsize } = await statfs(nearestExisting(folder));
      return bavail * bsize;
    },
  };
}

/** Checks platform, Python, pip, compiler and disk space for writing `neededBytes` under `folder`. */
export async function checkRequirements(
  machine: Machine,
  { folder, neededBytes }: { folder: string; neededBytes: number },
): Promise<Requirements> {
  const unsupported = platformProblem(machine);
  // On another platform the rest of the list would only mislead.
  if (unsupported !== null) return { compiler: null, missing: [unsupported] };

  const compiler = await findCompiler(machine.compilers, machine.run);
  const problems = [
    await pythonProblem(machine),
    compiler === null ? missingCompiler(machine.compilers) : null,
    await diskProblem(machine, folder, neededBytes),
  ];
  return { compiler, missing: problems.filter((problem) => problem !== null) };
}

function platformProblem({ platform, arch, glibcVersion }: Machine): string | null {
  if (platform !== 'linux' || arch !== 'x64') {
    return (
      `TensorFlow cannot be provisioned on ${platform} ${arch}: expected linux x64, the only platform built for so far.\n` +
      LOSS
    );
  }
  if (glibcVersion === null) {
    return (
      `TensorFlow cannot be provisioned here: it needs the GNU C library (glibc) ${MIN_GLIBC} or newer, and none was found.\n` +
      `Use a distribution built on glibc (Debian, Ubuntu, Fedora, …; Alpine is not). ${LOSS}`
    );
  }
  if (isOlder(glibcVersion, MIN_GLIBC)) {
    return (
      `TensorFlow cannot be provisioned here: glibc is ${glibcVersion}, expected ${MIN_GLIBC} or newer.\n` +
      `Use a newer release of your distribution. ${LOSS}`
    );
  }
  return null;
}

async function pythonProblem({ run }: Machine): Promise<string | null> {
  const python = await run('python3', ['--version']);
  if (python.isMissing) {
    return (
      'python3 was not found: TensorFlow is fetched with its package installer, pip.\n' +
      'Install Python 3 with pip (Debian, Ubuntu: apt install python3-pip; Fedora: dnf install python3-pip).'
    );
  }
  if (python.code !== 0) {
    return (
      `python3 does not run; TensorFlow is fetched with its package installer, pip. It said:\n${saidBy(python)}\n` +
      'Mend that first; PYTHONHOME and PYTHONPATH, where they are set, are often the cause.'
    );
  }
  const pip = await run('python3', ['-m', 'pip', '--version']);
  if (pip.code !== 0) {
    return (
      `python3 has no pip: \`python3 -m pip\` does not run. It said:\n${saidBy(pip)}\n` +
      'Install it (Debian, Ubuntu: apt install python3-pip; Fedora: dnf install python3-pip; elsewhere: python3 -m ensurepip).'
    );
  }
  return pipAgeProblem(pip.output);
}

/** Older ones do not know the names of wheels for today's Linux, and would say that there is none. */
function pipAgeProblem(output: string): string | null {
  const version = /^pip (\d[\w.]*)/m.exec(output)?.[1];
  if (version === undefined || !isOlder(version, MIN_PIP)) return null;
  return (
    `pip is ${version}, expected ${MIN_PIP} or newer: older ones do not know the names of TensorFlow's wheels.\n` +
    'Renew it: python3 -m pip install --user --upgrade pip (in a virtual environment without --user).'
  );
}

function saidBy({ output }: ProgramResult): string {
  return output === '' ? '(nothing)' : lastLines(output, 3);
}

async function diskProblem(machine: Machine, folder: string, neededBytes: number): Promise<string | null> {
  const free = await machine.freeBytes(folder);
  if (free >= neededBytes) return null;
  return (
    `Not enough disk space for ${folder}: ${gigabytes(free)} free, ${gigabytes(neededBytes)} needed while installing.\n` +
    'Free some space, or let TENSORFLOW_RUNTIME_CACHE name a folder on another disk.'
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
}

function nearestExisting(folder: string): string {
  return existsSync(folder) ? folder : nearestExisting(dirname(folder));
}

function readGlibcVersion(): string | null {
  const report: unknown = process.report.getReport();
  const { header } = report as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime ?? null;
}
