// Whether this machine has TensorFlow provisioned; tests that compute with it are skipped, visibly, where it has not.
import { findProvisioned } from '../src/provision/cache-folder.js';
import { detectFlavour } from '../src/provision/flavour.js';

export const isTensorflowHere = findProvisioned(detectFlavour()) !== null;
