// A process that takes each folder it is told of on standard input, and says what came of it. It lets none go.
import { createInterface } from 'node:readline';
import { lockFolder } from '../dist/run/folder-lock.js';

process.stdout.write('ready\n');
for await (const folder of createInterface({ input: process.stdin })) {
  try {
    lockFolder(folder);
    process.stdout.write('taken\n');
  } catch (error) {
    process.stdout.write(`${error.message}\n`);
  }
}
