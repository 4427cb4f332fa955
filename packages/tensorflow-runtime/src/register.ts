// Imported for its effect, before @tensorflow/tfjs-node-gpu: afterwards that package loads the provisioned TensorFlow.
import { NOT_PROVISIONED, prepareProcess } from './prepare-process.js';

if (prepareProcess() === null) throw new Error(NOT_PROVISIONED);
