// Compiles tfjs-node-gpu's C++ sources, and those of native/, against the provisioned TensorFlow.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileProblem, type Compiler } from './compiler.js';
import { type ProgramResult, runProgram } from './run-program.js';

export interface AddonBuild {
  readonly compiler: Compiler;
  /** Folder that holds `tensorflow/`, where the addon will look for the libraries for ever. */
  readonly library: string;
  /** Existing folder to write the addon and its companions to. */
  readonly output: string;
  /** Where they will lie in the end. */
  readonly home: string;
  /** Existing folder for the compiler's temporary files. */
  readonly scratch: string;
  readonly signal?: AbortSignal | undefined;
}

/** What is compiled into the addon beside tfjs-node-gpu's own sources. */
const nativeSources = [
  'ring/ring-generate.cc',
  'ring/ring-gradient.cc',
  'ring/index-array.cc',
  'norms/norm-loops.cc',
  'norms/batch-norm.cc',
  'norms/group-norm.cc',
  'convolution/image-patches.cc',
  'convolution/direct-convolution.cc',
  'convolution/direct-avx512-bf16.cc',
  'convolution/winograd-kernel.cc',
  'convolution/winograd-convolution.cc',
  'convolution/winograd-gradient.cc',
  'convolution/winograd-avx512.cc',
  'convolution/winograd-avx2.cc',
  'convolution/winograd-portable.cc',
  'optimizers/optimizer-update.cc',
  'support/addon-loaded.cc',
];

/** Compiles the addon; null when done, otherwise what the compiler complained about. Tests pass their own. */
export type AddonBuilder = (build: AddonBuild) => Promise<string | null>;

export const ADDON_FILE = 'tfjs_binding.node';

/** The companion that makes settings for native code (see native/support/process-settings.cc). */
export const SETTINGS_FILE = 'process_settings.node';

/** The companion that joins processes to a cluster (see native/cluster/cluster-addon.cc). */
export const CLUSTER_FILE = 'tensorflow_cluster.node';

/**
 * For the loops of our own operations: GCC vectorises them at no lower level than -O3, and roots only where they set
 * no errno; without contraction every processor gives the same bits.
 */
export const compilerFlags = [
  '-std=c++17',
  '-O3',
  '-ffp-contract=off',
  '-fno-math-errno',
  '-fPIC',
  '-shared',
  '-pthread',
] as const;

export const buildAddon: AddonBuilder = async (build) => {
  for (const compile of [compileQuietStart, compileSettings, compileAddon, compileCluster]) {
    const result = await compile(build);
    if (result.code !== 0) return compileProblem(build.compiler, result.output);
  }
  return null;
};

/** The companion that keeps TensorFlow's start-up lines off the terminal (see native/support/quiet-start.cc). */
function compileQuietStart(build: AddonBuild): Promise<ProgramResult> {
  const target = ['-Wl,-z,initfirst', '-Wl,-soname,libquiet_start.so', '-o', join(build.output, 'libquiet_start.so')];
  return compile(build, [nativeSource('support/quiet-start.cc'), ...target]);
}

function compileSettings(build: AddonBuild): Promise<ProgramResult> {
  const target = ['-o', join(build.output, SETTINGS_FILE)];
  const sources = ['support/process-settings.cc', 'support/loopback.cc'].map(nativeSource);
  return compile(build, [`-I${nodeHeaders()}`, ...sources, ...target]);
}

function compileAddon(build: AddonBuild): Promise<ProgramResult> {
  const binding = join(tfjsNodeFolder(), 'binding');
  const sources = [
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(binding, file)),
    ...nativeSources.map(nativeSource),
  ];
  return compileWithTensorflow(build, sources, ADDON_FILE);
}

function compileCluster(build: AddonBuild): Promise<ProgramResult> {
  const sources = ['cluster/cluster-addon.cc', 'cluster/cluster-context.cc', 'support/addon-loaded.cc'];
  return compileWithTensorflow(build, sources.map(nativeSource), CLUSTER_FILE);
}

function compileWithTensorflow(build: AddonBuild, sources: readonly string[], file: string): Promise<ProgramResult> {
  const libraries = join(build.library, 'tensorflow');
  const includes = [nodeHeaders(), join(libraries, 'include')].map((folder) => `-I${folder}`);
  // The old kind of path comes before LD_LIBRARY_PATH, in which another TensorFlow may lie; and both libraries are named,
  // so that the second is not looked for by the first, which has the new kind.
  const paths = [libraries, build.home].map((folder) => `-Wl,-rpath,${folder}`);
  const search = ['-Wl,--disable-new-dtags', '-Wl,--no-as-needed', `-L${libraries}`, `-L${build.output}`, ...paths];
  const links = ['-lquiet_start', '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'];
  const target = ['-o', join(build.output, file)];
  return compile(build, ['-DNAPI_VERSION=8', ...includes, ...sources, ...target, ...search, ...links]);
}

function compile({ compiler, scratch, signal }: AddonBuild, args: readonly string[]): Promise<ProgramResult> {
  // Beside the result there is room, which was made sure of; the system's own folder may be small.
  const env = { ...process.env, TMPDIR: scratch };
  return runProgram(compiler.command, [...compiler.args, ...compilerFlags, ...args], { env, signal });
}

/** The installed tfjs-node-gpu: its package carries the C++ sources, and its loader asks where the addon is. */
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
  return fileURLToPath(new URL(`../../native/${name}`, import.meta.url));
}
