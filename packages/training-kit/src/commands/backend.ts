// The backend of a command, and the facts of a run that its report lists.
import { type BackendInfo, type Device, devices, loadBackend } from 'tensorflow-runtime';
import { z } from 'zod';
import { pathText } from '../command-line/settings.js';
import { programGit } from '../run/program-folder.js';
import { systemFacts } from '../run/system-facts.js';

/** Which backend to compute on. */
export const deviceFlag = z.enum(devices).default('auto').describe('auto takes the fastest backend there is');

/** Of commands that take a trained network; training has its own. */
export const keyFileFlag = pathText()
  .nullable()
  .default(null)
  .describe('the file with the key, for a network that was trained with --key-file');

/** Loads the backend and prints its notice, if it has one. */
export async function openBackend(device: Device): Promise<BackendInfo> {
  return loadBackend({ device, onNotice: (line) => process.stderr.write(`${line}\n`) });
}

/** Machine, versions and commit. */
export async function runFacts(backend: BackendInfo): Promise<Record<string, string>> {
  const { cpu, numCores, memoryBytes, os, node } = systemFacts();
  const git = await programGit();
  return {
    backend: backend.name,
    TensorFlow: backend.tensorflowVersion ?? 'none',
    device: `${backend.device}, ${backend.threads} threads`,
    precision: backend.precision,
    processor: `${cpu}, ${numCores} cores`,
    memory: `${(memoryBytes / 2 ** 30).toFixed(1)} GiB`,
    system: os,
    Node: node,
    commit: git === undefined ? 'unknown' : `${git.commit.slice(0, 12)}${git.isDirty ? ' with changes' : ''}`,
  };
}
