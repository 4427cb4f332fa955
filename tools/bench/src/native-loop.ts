// Compiles the hand-written loop, for this processor and no other.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastLines, runProgram, type RunProgram } from './run-program.js';

const SOURCE = fileURLToPath(new URL('../native/generate.cc', import.meta.url));
const FLAGS = ['-std=c++17', '-O3', '-march=native', '-fopenmp'];

/**
 * Finds or makes the program.
 *
 * @returns its path
 * @throws Error without a compiler, or when it refuses the source
 */
export async function prepareNativeLoop(folder: string, run: RunProgram = runProgram): Promise<string> {
  const compiler = process.env.CXX ?? 'g++';
  const key = createHash('sha256').update(await readFile(SOURCE)).update([compiler, ...FLAGS, cpus()[0]?.model].join(' ')).digest('hex'); // prettier-ignore
  const program = join(folder, `generate-${key.slice(0, 8)}`);
  if (existsSync(program)) return program;
  await mkdir(folder, { recursive: true });
  const unfinished = `${program}.${process.pid}.part`;
  const { isOk, isMissing, output } = await run(compiler, [...FLAGS, SOURCE, '-o', unfinished]);
  if (isOk) {
    await rename(unfinished, program);
    return program;
  }
  const why = isMissing ? `there is no ${compiler}` : `${compiler} said:\n${lastLines(output, 5)}`;
  throw new Error(
    `The hand-written loop cannot be compiled: ${why}\nInstall a C++ compiler with OpenMP (Debian, Ubuntu: apt install ` +
      'g++), name yours in CXX, or leave the loop out by --variants ours,torch.',
  );
}
