import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openMetricsLog } from './metrics-log.js';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-log-'));
  file = join(folder, 'metrics.jsonl');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('lines are JSON objects of one level, at once on file, and read back equal', () => {
  const log = openMetricsLog(file);
  expect(log.read()).toEqual([]);
  const entries = [
    { step: 1, wallTime: 12.5, metrics: { loss: 0.5, 'val/top1': 1e-7 } },
    { step: 1, wallTime: 13, metrics: { loss: NaN, up: Infinity, down: -Infinity } },
  ];
  for (const entry of entries) log.append(entry);
  expect(readFileSync(file, 'utf8')).toBe(
    '{"step":1,"wallTime":12.5,"loss":0.5,"val/top1":1e-7}\n' +
      '{"step":1,"wallTime":13,"loss":"NaN","up":"Infinity","down":"-Infinity"}\n',
  );
  expect(openMetricsLog(file).read()).toEqual(entries);
});

test('a last line that was cut is left out, and gone after keepUpTo', async () => {
  const log = openMetricsLog(file);
  for (const step of [1, 2, 2, 3]) log.append({ step, wallTime: 0, metrics: {} });
  appendFileSync(file, '{"step":1,"wal');
  const reopened = openMetricsLog(file);
  expect(reopened.read().map(({ step }) => step)).toEqual([1, 2, 2, 3]);
  await reopened.keepUpTo(2);
  reopened.append({ step: 5, wallTime: 0, metrics: {} });
  await reopened.sync();
  expect(reopened.read().map(({ step }) => step)).toEqual([1, 2, 2, 5]);
});

test('a byte order mark that an editor left in front is passed over', () => {
  writeFileSync(file, '\ufeff{"step":1,"wallTime":0,"loss":2}\n');
  expect(openMetricsLog(file).read()).toEqual([{ step: 1, wallTime: 0, metrics: { loss: 2 } }]);
});

test.each([
  { line: '{"step":1', error: 'line 2 is not JSON' },
  { line: '[]', error: 'line 2 is not an object' },
  { line: '{"step":"1","wallTime":0}', error: 'line 2 has no step or wallTime' },
  { line: '{"step":1,"wallTime":0,"loss":"low"}', error: 'line 2 has a loss that is no number' },
])('$error', ({ line, error }) => {
  writeFileSync(file, `{"step":1,"wallTime":0}\n${line}\n`);
  expect(() => openMetricsLog(file).read()).toThrow(`The metrics log ${file} is damaged: ${error}. Remove that line.`);
});

test.each(['step', 'wallTime'])('a metric named %s is refused', (name) => {
  expect(() => {
    openMetricsLog(file).append({ step: 1, wallTime: 0, metrics: { [name]: 1 } });
  }).toThrow(new RangeError(`A metric cannot be named ${name}: each line has its own.`));
});

test('a folder that is gone is a clear error', () => {
  const log = openMetricsLog(join(folder, 'gone', 'metrics.jsonl'));
  expect(() => {
    log.append({ step: 1, wallTime: 0, metrics: {} });
  }).toThrow(/^Cannot write .*metrics\.jsonl: its folder does not exist\./);
});
