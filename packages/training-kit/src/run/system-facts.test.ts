import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gitState, memoryUse, systemFacts } from './system-facts.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'system-facts-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function git(...words: string[]): string {
  const settings = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...settings, ...words], { cwd: folder, encoding: 'utf8' });
}

test('facts are told and fit this process', () => {
  const facts = systemFacts();
  expect(facts.cpu).not.toBe('');
  expect(facts.numCores).toBeGreaterThanOrEqual(1);
  expect(facts.memoryBytes).toBeGreaterThan(0);
  expect(facts.memoryBytes).toBeLessThanOrEqual(totalmem());
  expect(facts.os.split(' ').at(-1)).toBe(process.arch);
  expect(facts.node).toBe(process.versions.node);
});

test('git state follows the repository', async () => {
  expect(await gitState(folder)).toBeUndefined();
  git('init', '--quiet');
  expect(await gitState(folder)).toBeUndefined(); // no commit yet
  writeFileSync(join(folder, 'a'), '1');
  git('add', 'a');
  git('commit', '--quiet', '--message', 'one');
  const commit = git('rev-parse', 'HEAD').trim();
  expect(await gitState(folder)).toEqual({ commit, isDirty: false });
  writeFileSync(join(folder, 'untracked'), '');
  expect(await gitState(folder)).toEqual({ commit, isDirty: false });
  writeFileSync(join(folder, 'a'), '2');
  expect(await gitState(folder)).toEqual({ commit, isDirty: true });
});

test('memory is in bytes, the peak never below the present', () => {
  const { rssBytes, peakRssBytes } = memoryUse();
  expect(rssBytes).toBeGreaterThan(10e6); // Node alone takes more
  expect(peakRssBytes).toBeGreaterThan(rssBytes * 0.9); // the two are counted by different means
  expect(peakRssBytes).toBeLessThan(100e9);
});
