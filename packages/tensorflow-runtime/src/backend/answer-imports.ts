// Programs ask for tfjs-node under two names and in two ways, `require` and `import`: all get the one that runs here.
import module from 'node:module';
import { pathToFileURL } from 'node:url';
import { fileFor } from './tfjs-packages.js';

/** Hooks for both ways of loading, in the thread that loads; newer than the types of the oldest Node that we serve. */
interface SynchronousHooks {
  registerHooks?: (hooks: {
    resolve: (
      specifier: string,
      context: unknown,
      next: (specifier: string, context: unknown) => { url: string },
    ) => { url: string; shortCircuit?: boolean };
  }) => unknown;
}

/** What `require` asks; `isMain` and `options` are handed on. */
interface Resolver {
  _resolveFilename: (request: string, ...rest: unknown[]) => string;
}

/**
 * From now on `@tensorflow/tfjs-node`, `@tensorflow/tfjs-node-gpu`, the packages of TensorFlow.js below them and files in all
 * of these are this package's own, wherever in the process they are asked for, and whether they are installed there or not.
 */
export function answerImports(): void {
  const { registerHooks } = module as unknown as SynchronousHooks;
  if (registerHooks !== undefined) {
    registerHooks({
      resolve(specifier, context, next) {
        const file = fileFor(specifier);
        return file === undefined ? next(specifier, context) : { url: pathToFileURL(file).href, shortCircuit: true };
      },
    });
    return;
  }
  const resolver = module as unknown as Resolver;
  const resolve = resolver._resolveFilename.bind(resolver);
  resolver._resolveFilename = (request, ...rest) => fileFor(request) ?? resolve(request, ...rest);
  module.register('./import-hooks.js', import.meta.url);
}
