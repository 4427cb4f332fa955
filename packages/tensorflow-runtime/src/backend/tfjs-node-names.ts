// What answers a program that asks for tfjs-node, under either of its names.
import { createRequire } from 'node:module';

const OURS = '@tensorflow/tfjs-node-gpu';
/** The same TypeScript and C++; they differ in the TensorFlow that each would download. */
const names = [OURS, '@tensorflow/tfjs-node'];
// Asked for once, and before anything asks here: an answer must not ask the question.
const resolver = createRequire(import.meta.url);
const main = resolver.resolve(OURS);
const inside = createRequire(resolver.resolve(`${OURS}/package.json`));

/** The file for an import's specifier; undefined for other packages, and for a file that ours does not have. */
export function fileFor(specifier: string): string | undefined {
  if (names.includes(specifier)) return main;
  const name = names.find((each) => specifier.startsWith(`${each}/`));
  if (name === undefined) return undefined;
  try {
    return inside.resolve(`.${specifier.slice(name.length)}`);
  } catch {
    return undefined;
  }
}
