// Runs in the thread in which Node 20, and 22 before 22.15, resolves imports.
import { pathToFileURL } from 'node:url';
import { fileFor } from './tfjs-packages.js';

/** The hook that `module.register` looks for, by its name. */
export function resolve(
  specifier: string,
  context: unknown,
  next: (specifier: string, context: unknown) => Promise<unknown>,
): Promise<unknown> | { readonly url: string; readonly shortCircuit: true } {
  const file = fileFor(specifier);
  return file === undefined ? next(specifier, context) : { url: pathToFileURL(file).href, shortCircuit: true };
}
