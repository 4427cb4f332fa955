import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ReportContent } from '../report/content.js';
import { programFolder } from './program-folder.js';
import { describeStart, differencesOfStarts, withStarts } from './run-starts.js';
import { gitState } from './system-facts.js';

let elsewhere = '';
beforeAll(() => {
  elsewhere = mkdtempSync(join(tmpdir(), 'run-starts-'));
});
afterAll(() => {
  rmSync(elsewhere, { recursive: true });
});

test('the commit is that of the program, wherever its command was typed', async () => {
  // Another repository, with a commit of its own.
  const git = (...words: string[]) => execFileSync('git', words, { cwd: elsewhere });
  git('init', '-q');
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'theirs');
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(elsewhere);
  const start = await describeStart({}, 0);
  cwd.mockRestore();
  expect(start).toMatchObject({ host: hostname(), git: (await gitState(programFolder)) ?? null });
  expect(await gitState(elsewhere)).toMatchObject({ isDirty: false });
  expect(await gitState(programFolder)).not.toEqual(await gitState(elsewhere));
});

test('an installed package has no commit: the repository around it is another’s', async () => {
  const installed = join(elsewhere, 'node_modules', 'training-kit');
  mkdirSync(installed, { recursive: true });
  expect(await gitState(installed)).toBeUndefined();
});

const first = {
  startedAt: '2026-01-31T17:45:02.000Z',
  fromStep: 0,
  host: 'one',
  git: { commit: 'a'.repeat(40), isDirty: true },
  backend: {
    name: 'tensorflow',
    device: 'cpu',
    tensorflowVersion: '2.21.0',
    threads: 2,
    build: { compiler: 'g++ 12' },
  },
  system: { cpu: 'A', numCores: 2, os: 'Linux 6 x64', node: '20.20.0' },
};
const second = {
  ...first,
  startedAt: '2026-02-01T08:00:00.000Z',
  fromStep: 44,
  host: 'two',
  backend: { name: 'wasm', device: 'cpu', tensorflowVersion: null, threads: 2, build: { compiler: 'clang 14' } },
  system: { ...first.system, numCores: 8, node: '22.23.0' },
};

test('all that a start computes with is compared; what only one of two tells is not', () => {
  expect(differencesOfStarts(first, second)).toEqual([
    'backend.name was "tensorflow", is "wasm"',
    'backend.tensorflowVersion was "2.21.0", is null',
    'backend.build.compiler was "g++ 12", is "clang 14"',
    'Node was "20.20.0", is "22.23.0"',
  ]);
  expect(differencesOfStarts(first, { ...first, host: 'three', startedAt: 'later', fromStep: 9 })).toEqual([]);
  expect(differencesOfStarts({ backend: { name: 'wasm' } }, second)).toEqual([]);
});

test('the report says which start made which steps', () => {
  const report: ReportContent = { title: 't', subtitle: 's', summary: [], sections: [] };
  const lost = { ...second, fromStep: 44 }; // stopped before its first checkpoint
  expect(withStarts(report, [first, lost, second, { startedAt: 'now' }], 48).sections).toEqual([
    expect.objectContaining({
      title: 'Starts',
      rows: [
        [first.startedAt, '1 to 44', 'one', 'tensorflow, cpu', '2.21.0', '2', '20.20.0', 'aaaaaaaaaaaa with changes'],
        [second.startedAt, 'none', 'two', 'wasm, cpu', '–', '2', '22.23.0', 'aaaaaaaaaaaa with changes'],
        [second.startedAt, '45 to 48', 'two', 'wasm, cpu', '–', '2', '22.23.0', 'aaaaaaaaaaaa with changes'],
        ['now', '–', '–', '–, –', '–', '–', '–', '–'],
      ],
    }),
  ]);
});

test.each([
  // One that was refused: what its neighbours made is theirs.
  { fromSteps: [0, 16, null, 24], lastStep: 32, steps: ['1 to 16', '17 to 24', '–', '25 to 32'] },
  // Back from 24 to 8: what the first two made later than that was made again.
  { fromSteps: [0, 16, 8], lastStep: 32, steps: ['1 to 8', 'none', '9 to 32'] },
  { fromSteps: [0, 16, null, 8, null], lastStep: 32, steps: ['1 to 8', 'none', '–', '9 to 32', '–'] },
  { fromSteps: [0, null], lastStep: undefined, steps: ['–', '–'] },
])('starts from $fromSteps made $steps', ({ fromSteps, lastStep, steps }) => {
  const starts = fromSteps.map((fromStep) => (fromStep === null ? { host: 'one' } : { host: 'one', fromStep }));
  const [section] = withStarts({ title: 't', subtitle: 's', summary: [], sections: [] }, starts, lastStep).sections;
  expect(section?.kind === 'table' ? section.rows.map((row) => row[1]) : section).toEqual(steps);
});
