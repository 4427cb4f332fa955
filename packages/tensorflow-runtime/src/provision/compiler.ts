// The C++ compiler that builds the addon: how it is named, found, and what is said when it fails.
import { existsSync } from 'node:fs';
import { lastLines, type RunProgram } from './run-program.js';

/** A program and what goes before all other arguments, as in `ccache g++`. */
export interface Compiler {
  readonly command: string;
  readonly args: readonly string[];
  /** The first line of what it says of itself, such as 'g++ (Debian 12.2.0-14) 12.2.0'. */
  readonly version: string;
}

const defaultCompilers = ['g++', 'c++', 'clang++'];

/** Where compilers look besides the folders they are told, and so may find another standard library. */
const readByCompilers = [
  ...['CPATH', 'CPLUS_INCLUDE_PATH', 'LIBRARY_PATH', 'COMPILER_PATH', 'GCC_EXEC_PREFIX', 'LD_LIBRARY_PATH'],
];

/** What to try, in this order: `CXX` alone where it is set. */
export function compilerNames(env: NodeJS.ProcessEnv = process.env): readonly string[] {
  const own = env.CXX?.trim();
  return own === undefined || own === '' ? defaultCompilers : [own];
}

/** The first of `names` that answers, null when none does. A name may hold arguments, quoted as in a shell. */
export async function findCompiler(names: readonly string[], run: RunProgram): Promise<Compiler | null> {
  for (const name of names) {
    const [command, ...args] = splitCommand(name);
    if (command === undefined) continue;
    const { code, output } = await run(command, [...args, '--version']);
    if (code === 0) return { command, args, version: output.split('\n')[0] ?? '' };
  }
  return null;
}

/** `"/a b/g++" -m64` in its parts; a path with spaces that leads to a file is one part without quotes too. */
function splitCommand(text: string): string[] {
  if (existsSync(text)) return [text];
  const parts = text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g);
  return Array.from(parts, ([, double, single, bare]) => double ?? single ?? bare ?? '');
}

export function missingCompiler(tried: readonly string[]): string {
  return (
    `No C++ compiler was found (tried: ${tried.join(', ')}): the addon that joins Node and TensorFlow is compiled here.\n` +
    'Install one (Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++), or name yours in CXX.'
  );
}

/** What a compiler that is there complained about, with what may help. */
export function compileProblem(
  { command, args, version }: Compiler,
  output: string,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const name = [command, ...args].join(' ');
  const set = readByCompilers.filter((variable) => (env[variable] ?? '') !== '');
  return [
    `${name} cannot compile the addon that joins Node and TensorFlow. It said:`,
    lastLines(output, 12),
    `It is ${version || 'of unknown version'}; expected C++17 with its standard library (tried: g++ 11 and 12, clang++ 14).`,
    'Name another compiler in CXX, as in CXX=g++-12, then run the same command again.',
    ...(set.length > 0 ? [`Compilers also read ${set.join(', ')}, set here: try without.`] : []),
  ].join('\n');
}
