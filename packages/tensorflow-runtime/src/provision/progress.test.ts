import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createProgress } from './progress.js';

function collector(): { stream: Writable; text: () => string } {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  return { stream, text: () => text };
}

test('a log gets one line per quarter', () => {
  const { stream, text } = collector();
  const phase = createProgress(stream).phase('Fetching', 100e6);
  for (const done of [1e6, 30e6, 30e6, 80e6, 100e6, 120e6]) phase.update(done);
  phase.end();
  expect(text().split('\n')).toEqual(['Fetching (100 MB)', 'Fetching: 25 %', 'Fetching: 75 %', 'Fetching: 100 %', '']);
});

test('lines are passed on', () => {
  const { stream, text } = collector();
  createProgress(stream).line('Compiling');
  expect(text()).toBe('Compiling\n');
});
