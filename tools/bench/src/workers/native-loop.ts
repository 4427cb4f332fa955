// Compiles the hand-written loop, for this processor and no other.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerNames, findCompiler, lastLines, type RunProgram, runProgram } from 'tensorflow-runtime';

const source = fileURLToPath(new URL('../../native/generate.cc', import.meta.url));
const flags = ['-std=c++17', '-O3', '-march=native', '-fopenmp'];

/**
 * Finds or makes the program.
 *
 * @returns its path
 * @throws Error without a compiler, or when it refuses the source
 */
export async function prepareNativeLoop(folder: string, run: RunProgram = runProgram): Promise<string> {
  const names = compilerNames();
  const compiler = await findCompiler(names, run);
  if (compiler === null) throw cannotCompile(`there is no ${names.join(', ')}`);
  const { command, args, version } = compiler;
  const build = [command, ...args, version, ...flags, cpus()[0]?.model].join(' ');
  const key = createHash('sha256').update(await readFile(source)).update(build).digest('hex'); // prettier-ignore
  const program = join(folder, `generate-${key.slice(0, 8)}`);
  if (existsSync(program)) return program;
  await mkdir(folder, { recursive: true });
  const unfinished = `${program}.${process.pid}.part`;
  const { code, output } = await run(command, [...args, ...flags, source, '-o', unfinished]);
  if (code !== 0) throw cannotCompile(`${[command, ...args].join(' ')} said:\n${lastLines(output, 5)}`);
  await rename(unfinished, program);
  return program;
}

function cannotCompile(why: string): Error {
  return new Error(
    `The hand-written loop cannot be compiled: ${why}\nInstall a C++ compiler with OpenMP (Debian, Ubuntu: apt install ` +
      'g++), name yours in CXX, or leave the loop out by --variants ours,torch.',
  );
}
