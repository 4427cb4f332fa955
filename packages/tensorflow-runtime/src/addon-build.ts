// Compiles tfjs-node-gpu's own C++ sources against the provisioned TensorFlow.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { lastLines, runCommand } from './run-command.js';

export interface AddonBuild {
  readonly compiler: string;
  /** Folder that holds `tensorflow/`, where the addon will look for the libraries for ever. */
  readonly library: string;
  /** File to write. */
  readonly output: string;
  readonly signal?: AbortSignal | undefined;
}

/** Compiles the addon; null when done, otherwise what the compiler complained about. Tests pass their own. */
export type AddonBuilder = (build: AddonBuild) => Promise<string | null>;

export const buildAddon: AddonBuilder = async ({ compiler, library, output, signal }) => {
  const sources = tfjsNodeFolder();
  const libraries = join(library, 'tensorflow');
  const includes = [sources, dirname(sources), nodeHeaders(), join(libraries, 'include')];
  const result = await runCommand(
    compiler,
    [
      ...['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8'],
      ...includes.map((folder) => `-I${folder}`),
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(sources, 'binding', name)),
      ...['-o', output, `-L${libraries}`, `-Wl,-rpath,${libraries}`],
      ...['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
    ],
    { signal },
  );
  if (result.code === 0) return null;
  return (
    `${compiler} cannot compile the bridge between Node and TensorFlow. It said:\n${lastLines(result.output, 12)}\n` +
    'Expected a compiler for C++17 with its standard library (Debian, Ubuntu: apt install g++), or name another in CXX.'
  );
};

/** The installed tfjs-node-gpu: its package carries the C++ sources, and its loader looks there for the addon. */
export function tfjsNodeFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json'));
}

function nodeHeaders(): string {
  return join(dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json')), 'include');
}
