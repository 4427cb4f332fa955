// Provisions a small release from a local file in a process of its own. Arguments: cache folder, wheel, its SHA-256,
// and 'slow' (the download waits until the file `<cache>.go` is there) or 'stuck' (it never ends).
import { appendFileSync, copyFileSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { provision } from '../dist/provision/provision.js';

const [root, file, sha256, mode] = process.argv.slice(2);
const wheel = { project: 'tensorflow-cpu', version: '2.21.0', sizeBytes: statSync(file).size, sha256 };

async function download(_wheel, folder) {
  appendFileSync(`${root}.downloads`, `${process.pid}\n`);
  writeFileSync(join(folder, 'part'), 'half a wheel');
  console.log('downloading');
  while (mode === 'stuck' || !existsSync(`${root}.go`)) await delay(10);
  copyFileSync(file, join(folder, 'small.whl'));
  return { status: 'done', file: join(folder, 'small.whl') };
}

async function build({ output }) {
  writeFileSync(join(output, 'tfjs_binding.node'), 'addon');
  return null;
}

// A machine that has everything: what this one has is not the question here.
const machine = {
  platform: 'linux',
  arch: 'x64',
  glibcVersion: '2.36',
  compilers: ['g++'],
  run: async () => ({ code: 0, isMissing: false, output: '' }),
  freeBytes: async () => 1e12,
};
const progress = { line: (text) => console.log(text), phase: () => ({ update: () => {}, end: () => {} }) };
const release = { wheels: [wheel], unpackedBytes: 100, knownFiles: [] };
const result = await provision({ root, flavour: 'cpu', release, machine, download, build, progress });
console.log(`status ${result.status}`);
