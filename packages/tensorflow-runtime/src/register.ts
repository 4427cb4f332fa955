// Imported for its effect, before @tensorflow/tfjs-node-gpu: afterwards that package loads the provisioned TensorFlow.
import { prepareProcess } from './backend/prepare-process.js';

const prepared = prepareProcess();
if ('message' in prepared) throw new Error(prepared.message);
