// config.json and metrics.jsonl of a run folder, spoiled in all ways that a random generator finds.
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { anyDataIdentity } from '../../test/any-data-identity.js';
import { withBoundedMemory } from '../../test/bounded-memory.js';
import { scratchFolder } from '../../test/scratch-folder.js';
import { changes, spoil } from '../../test/spoil.js';
import { ConfigError, DataError } from '../errors.js';
import { type LogEntry, openMetricsLog } from './metrics-log.js';
import { changedSettings } from './resume-rules.js';
import { readRunRecord } from './run-record.js';

const NUM_CASES = 25_000 * inject('casesFactor');

let folder = '';
beforeEach(() => {
  folder = scratchFolder('run-files-fuzz');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function isClear(error: unknown, file: string): boolean {
  if (!(error instanceof DataError) || error.file !== file) throw error;
  expect(error.message).toContain(file);
  expect(error.message.length).toBeLessThan(1000);
  expect(error.message).not.toMatch(/undefined|\[object|not a function|call stack/);
  return true;
}

test(`run records, ${NUM_CASES} cases`, async () => {
  const file = join(folder, 'config.json');
  const json = fc.jsonValue({ maxDepth: 3 });
  const object = fc.dictionary(fc.string(), json, { maxKeys: 4 });
  const record = fc.record({
    config: fc.oneof({ weight: 3, arbitrary: object }, { weight: 1, arbitrary: json }),
    seed: fc.oneof(fc.integer(), fc.string(), json),
    data: anyDataIdentity,
    starts: fc.oneof({ weight: 3, arbitrary: fc.array(object, { maxLength: 3 }) }, { weight: 1, arbitrary: json }),
  });
  const text = fc.oneof(
    record.map((value) => JSON.stringify(value, undefined, 2)),
    fc
      .tuple(record, changes)
      .map(([value, list]) => spoil(Buffer.from(JSON.stringify(value)), list).toString('latin1')),
    json.map((value) => JSON.stringify(value)),
    fc.nat(5000).map((depth) => `{"config":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)},"seed":1,"starts":[]}`),
    fc.string(),
  );
  let numRead = 0;
  const property = fc.asyncProperty(text, async (content) => {
    writeFileSync(file, content);
    try {
      const read = await readRunRecord(file);
      numRead++;
      const said = JSON.parse(readFileSync(file, 'utf8')) as typeof read;
      expect([read.config, read.seed, read.starts]).toEqual([said.config, said.seed, said.starts]);
      expect(read.data).toEqual(said.data);
      changedSettings(folder, { seed: read.seed, ...read.config }, { seed: read.seed, ...read.config }, {});
      const compare = () => {
        changedSettings(folder, { seed: read.seed, ...read.config }, { seed: 'another one' }, {});
      };
      expect(compare).toThrow(ConfigError);
    } catch (error) {
      expect(isClear(error, file)).toBe(true);
    }
  });
  await withBoundedMemory(NUM_CASES, (numRuns) => fc.assert(property, { seed: 21, numRuns }));
  expect(numRead).toBeGreaterThan(NUM_CASES / 50);
  expect(readdirSync(folder)).toEqual(['config.json']);
});

/** Any double: those that JSON lacks are logged as text. */
const entry: fc.Arbitrary<LogEntry> = fc.record({
  step: fc.nat(50),
  wallTime: fc.double({ noNaN: true, noDefaultInfinity: true }),
  metrics: fc.dictionary(
    fc.string().filter((name) => !['step', 'wallTime', '__proto__'].includes(name)),
    fc.double(),
    { maxKeys: 3 },
  ),
});

/** -0 is written as 0. */
function asWritten({ step, wallTime, metrics }: LogEntry): LogEntry {
  const plain = (value: number) => (value === 0 ? 0 : value);
  return {
    step,
    wallTime: plain(wallTime),
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, plain(value)])),
  };
}

test(`metrics logs, ${NUM_CASES} cases: cut anywhere, all whole lines are read`, async () => {
  const file = join(folder, 'metrics.jsonl');
  const entries = fc.array(entry, { maxLength: 4 });
  const property = fc.property(entries, fc.nat(), entries, (first, cut, second) => {
    writeFileSync(file, '');
    const log = openMetricsLog(file);
    for (const each of first) log.append(each);
    expect(log.read()).toEqual(first.map(asWritten));
    const whole = readFileSync(file);
    const kept = whole.subarray(0, cut % (whole.length + 1));
    writeFileSync(file, kept);
    const numWhole = kept.filter((byte) => byte === 0x0a).length;
    const reopened = openMetricsLog(file);
    expect(reopened.read()).toEqual(first.slice(0, numWhole).map(asWritten));
    expect(reopened.count()).toBe(numWhole);
    if (kept.length > 0 && kept.at(-1) !== 0x0a) return; // only `keepUpTo` takes a cut line away
    for (const each of second) reopened.append(each);
    expect(reopened.read()).toEqual([...first.slice(0, numWhole), ...second].map(asWritten));
  });
  await withBoundedMemory(NUM_CASES, (numRuns) => {
    fc.assert(property, { seed: 22, numRuns });
  });
});

test(`metrics logs, ${NUM_CASES} cases: spoiled lines are refused, others read`, async () => {
  const file = join(folder, 'metrics.jsonl');
  const line = fc.oneof(
    entry.map(({ step, wallTime, metrics }) => JSON.stringify({ step, wallTime, ...metrics })),
    fc
      .dictionary(fc.constantFrom('step', 'wallTime', 'loss', '__proto__'), fc.jsonValue())
      .map((o) => JSON.stringify(o)),
    fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
    fc.constantFrom('{"step":1e999,"wallTime":0}', '{"step":-1,"wallTime":0}', '{"step":0.5,"wallTime":0}', '', '\r'),
    fc.nat(10_000).map((depth) => `{"step":1,"wallTime":0,"loss":${'['.repeat(depth)}${']'.repeat(depth)}}`),
  );
  let numRead = 0;
  const property = fc.property(fc.array(line, { maxLength: 3 }), changes, fc.boolean(), (lines, list, isSpoiled) => {
    const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(''));
    writeFileSync(file, isSpoiled ? spoil(bytes, list) : bytes);
    appendFileSync(file, '{"step":');
    try {
      for (const { step, wallTime, metrics } of openMetricsLog(file).read()) {
        numRead++;
        expect(Number.isSafeInteger(step) && step >= 0).toBe(true);
        for (const value of [wallTime, ...Object.values(metrics)]) expect(typeof value).toBe('number');
      }
    } catch (error) {
      expect(isClear(error, file)).toBe(true);
    }
  });
  await withBoundedMemory(NUM_CASES, (numRuns) => {
    fc.assert(property, { seed: 23, numRuns });
  });
  expect(numRead).toBeGreaterThan(NUM_CASES / 50);
  expect(readdirSync(folder)).toEqual(['metrics.jsonl']);
});
