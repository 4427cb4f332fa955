import { expect, test } from 'vitest';
import { leftOutLine, oneLineOf } from './left-out.js';

test.each([
  [
    'The worker ours/plain/bfloat16 failed at its start: The backend has no bfloat16.\nIt printed nothing.\nMend.',
    'it failed at its start: The backend has no bfloat16.',
  ],
  [
    'The worker torch/a ended with exit code 1 at its start.\nIts last words:\nTraceback:\n\nImportError: x\nLeave it out.',
    'it ended with exit code 1 at its start. Its last words: ImportError: x',
  ],
  [
    'The worker torch/a failed at its start: no g++.\nIts last words:\na banner\nMend.',
    'it failed at its start: no g++.',
  ],
  [
    'The hand-written loop cannot be compiled: g++ said:\nerror: omp.h\nInstall it.',
    'The hand-written loop cannot be compiled: g++ said: error: omp.h',
  ],
  ['python3 was not found.\nInstall Python.', 'python3 was not found.'],
  ['', 'no reason was given'],
])('%o in one line', (message, line) => {
  expect(oneLineOf(new Error(message))).toBe(line);
});

test('what is no error has a line too', () => {
  expect(leftOutLine({ name: 'torch', why: oneLineOf('gone') })).toBe('torch is left out: gone');
});
