// What answers a program that asks for a package of TensorFlow.js.
import { createRequire } from 'node:module';

interface Answer {
  /** The file that the package's name means. */
  readonly main: string;
  /** Finds other files of it, by `./path`. */
  readonly resolve: (path: string) => string;
}

const NODE_GPU = '@tensorflow/tfjs-node-gpu';
const answers = answersBeside(createRequire(import.meta.url));

/**
 * tfjs-node and tfjs-node-gpu are the same TypeScript and C++; they differ in the TensorFlow that each would download. The
 * packages below them come along: an older copy beside ours would put tensors of another making into the same engine.
 */
function answersBeside({ resolve }: NodeJS.Require): ReadonlyMap<string, Answer> {
  // All is asked for once, and before anything asks here: an answer must not ask the question.
  const found = (name: string, from: NodeJS.RequireResolve): [string, Answer] => {
    const inside = createRequire(from(`${name}/package.json`));
    return [name, { main: from(name), resolve: inside.resolve }];
  };
  const [, node] = found(NODE_GPU, resolve);
  const besideNode = createRequire(node.main).resolve;
  const [, union] = found('@tensorflow/tfjs', besideNode);
  const besideUnion = createRequire(union.main).resolve;
  const parts = ['core', 'layers', 'data', 'converter', 'backend-cpu', 'backend-webgl'];
  return new Map([
    [NODE_GPU, node],
    ['@tensorflow/tfjs-node', node],
    ['@tensorflow/tfjs', union],
    ...parts.map((part) => found(`@tensorflow/tfjs-${part}`, besideUnion)),
  ]);
}

/** The file for an import's specifier; undefined for other packages, and for a file that ours does not have. */
export function fileFor(specifier: string): string | undefined {
  const [scope, name = '', ...path] = specifier.split('/');
  const answer = answers.get(`${scope}/${name}`);
  if (answer === undefined || path.length === 0) return answer?.main;
  try {
    return answer.resolve(`./${path.join('/')}`);
  } catch {
    return undefined;
  }
}
