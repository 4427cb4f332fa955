// Imported for its effect, before tfjs-node: afterwards that package, under either of its names, loads the provisioned
// TensorFlow. `node --import tensorflow-runtime/register` does it for a program that knows nothing of it.
import { answerImports } from './backend/answer-imports.js';
import { prepareProcess } from './backend/prepare-process.js';

const prepared = prepareProcess();
if ('message' in prepared) throw new Error(prepared.message);
answerImports();
