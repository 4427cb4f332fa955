// Compiles tfjs-node-gpu's own C++ sources against the provisioned TensorFlow.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastLines, runCommand, type CommandResult } from './run-command.js';

export interface AddonBuild {
  readonly compiler: string;
  /** Folder that holds `tensorflow/`, where the addon will look for the libraries for ever. */
  readonly library: string;
  /** Existing folder to write the addon and its companion library to. */
  readonly output: string;
  /** Where both will lie in the end. */
  readonly home: string;
  readonly signal?: AbortSignal | undefined;
}

/** What is compiled into the addon beside tfjs-node-gpu's own sources. */
const NATIVE_SOURCES = [
  'ring-generate.cc',
  'ring-gradient.cc',
  'index-array.cc',
  'norm-loops.cc',
  'batch-norm.cc',
  'group-norm.cc',
  'image-patches.cc',
  'direct-convolution.cc',
  'direct-avx512-bf16.cc',
  'winograd-kernel.cc',
  'winograd-convolution.cc',
  'winograd-gradient.cc',
  'winograd-avx512.cc',
  'winograd-avx2.cc',
  'winograd-portable.cc',
  'optimizer-update.cc',
  'addon-loaded.cc',
];

/** Compiles the addon; null when done, otherwise what the compiler complained about. Tests pass their own. */
export type AddonBuilder = (build: AddonBuild) => Promise<string | null>;

export const ADDON_FILE = 'tfjs_binding.node';

/**
 * For the loops of our own operations: GCC 12 vectorises them at no lower level than -O3, and roots only where they set
 * no errno; without contraction every processor gives the same bits.
 */
const SHARED = ['-std=c++17', '-O3', '-ffp-contract=off', '-fno-math-errno', '-fPIC', '-shared', '-pthread'];

export const buildAddon: AddonBuilder = async (build) => {
  for (const compile of [compileQuietStart, compileAddon]) {
    const result = await compile(build);
    if (result.code !== 0) return compileProblem(build.compiler, result.output);
  }
  return null;
};

/** The companion that keeps TensorFlow's start-up lines off the terminal (see native/quiet-start.cc). */
function compileQuietStart({ compiler, output, signal }: AddonBuild): Promise<CommandResult> {
  const target = ['-Wl,-z,initfirst', '-Wl,-soname,libquiet_start.so', '-o', join(output, 'libquiet_start.so')];
  return runCommand(compiler, [...SHARED, nativeSource('quiet-start.cc'), ...target], { signal });
}

function compileAddon({ compiler, library, output, home, signal }: AddonBuild): Promise<CommandResult> {
  const binding = join(tfjsNodeFolder(), 'binding');
  const libraries = join(library, 'tensorflow');
  const sources = [
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(binding, file)),
    ...NATIVE_SOURCES.map(nativeSource),
  ];
  const includes = [nodeHeaders(), join(libraries, 'include')].map((folder) => `-I${folder}`);
  const search = [`-L${libraries}`, `-L${output}`, `-Wl,-rpath,${libraries}`, `-Wl,-rpath,${home}`];
  const links = ['-lquiet_start', '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'];
  const target = ['-o', join(output, ADDON_FILE)];
  return runCommand(
    compiler,
    [...SHARED, '-DNAPI_VERSION=8', ...includes, ...sources, ...target, ...search, ...links],
    {
      signal,
    },
  );
}

function compileProblem(compiler: string, output: string): string {
  return (
    `${compiler} cannot compile the addon that joins Node and TensorFlow. It said:\n${lastLines(output, 12)}\n` +
    'Expected a C++17 compiler with its standard library: install one (Debian, Ubuntu: apt install g++), or name it in CXX.'
  );
}

/** The installed tfjs-node-gpu: its package carries the C++ sources, and its loader looks there for the addon. */
export function tfjsNodeFolder(): string {
  return packageFolder('@tensorflow/tfjs-node-gpu');
}

function nodeHeaders(): string {
  return join(packageFolder('node-api-headers'), 'include');
}

function packageFolder(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
}

function nativeSource(name: string): string {
  return fileURLToPath(new URL(`../native/${name}`, import.meta.url));
}
